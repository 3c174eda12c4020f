"""What a bar asks of the desktop it stands on: a strip of the screen, keys, the keyboard.

X11 (``x11*``) and Windows (``windows*``) each in their own modules, imported where they are needed;
everywhere else the bar stays usable by mouse (``plain``), and says so.
"""
