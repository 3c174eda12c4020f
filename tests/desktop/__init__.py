"""The bar on a real desktop: an X server, a window manager, another program, real keys."""
