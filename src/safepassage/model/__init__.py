"""What a journey is: declarations, and reading a model folder's `model.yaml` into them."""

from safepassage.model.faults import Fault as Fault
from safepassage.model.faults import InputError as InputError
from safepassage.model.faults import Refused as Refused
