"""Learning: channels, the joint density, sampling, and the judged posterior."""

from safepassage.inference.fitted import Fitted as Fitted
from safepassage.inference.fitting import compile_loaded as compile_loaded
from safepassage.inference.fitting import fit as fit
from safepassage.inference.sampling import Settings as Settings
