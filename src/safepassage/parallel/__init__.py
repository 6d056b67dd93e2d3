"""Pure tasks by key, run in this process or by the workers of a cluster, with the same results."""

from safepassage.parallel.cluster import cluster as cluster
from safepassage.parallel.executor import HERE as HERE
from safepassage.parallel.executor import Hands as Hands
from safepassage.parallel.executor import Recipe as Recipe
