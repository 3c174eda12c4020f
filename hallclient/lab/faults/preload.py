"""What every process of a fault's hall needs, imported once by the server they are forked from."""

import hallclient.lab.faults.work_board
import hallclient.lab.faults.work_kiosk
import hallclient.lab.faults.work_window  # noqa: F401 - the three are the point
