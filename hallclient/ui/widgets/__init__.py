"""Painted widgets that the roles share. All sizes are reference px, scaled by the canvas."""
