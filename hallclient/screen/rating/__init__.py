"""The rating (好差评) on a window's screen: five levels, reasons, a number to call, thanks."""
