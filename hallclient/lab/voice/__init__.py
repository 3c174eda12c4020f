"""Renders voices: texts to sounds, sounds to clips, clips to packs. Not needed to run a hall."""
