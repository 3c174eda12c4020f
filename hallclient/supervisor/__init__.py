"""The supervisor's console: what happens on the floor, and what somebody must look after."""
