"""Pure tasks by key, run in this process or by the workers of a cluster, with the same results."""

from safepassage.parallel.cluster import cluster as cluster
from safepassage.parallel.executor import LOCAL as LOCAL
from safepassage.parallel.executor import Executor as Executor
from safepassage.parallel.executor import TaskSpec as TaskSpec
