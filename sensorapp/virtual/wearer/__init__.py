"""A synthetic wearer: what a sensor on an upper back feels, together with the truth.

Everything here is a closed form of time and a seed, in NumPy alone. It knows nothing of
how angles are estimated or judged, so it may serve as an independent reference for both.
"""

from sensorapp.virtual.wearer.activities import Activity
from sensorapp.virtual.wearer.imu_model import ImuModel
from sensorapp.virtual.wearer.mounting import Mounting
from sensorapp.virtual.wearer.script import Phase, Pose, Script
from sensorapp.virtual.wearer.wearer import Truth, Wearer

__all__ = ["Activity", "ImuModel", "Mounting", "Phase", "Pose", "Script", "Truth", "Wearer"]
