"""Pure tasks by key, done in this process or by the workers of a cluster, with the same results."""

from safepassage.tasks.hands import HERE as HERE
from safepassage.tasks.hands import Hands as Hands
from safepassage.tasks.hands import Recipe as Recipe
from safepassage.tasks.opening import cluster as cluster
