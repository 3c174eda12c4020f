"""Talk to a real device on its port and say in plain words what was found.

For a technician in front of the device: the port is opened by this alone, no role runs on it.
"""

from hallclient.devices.checkup.run import check

__all__ = ["check"]
