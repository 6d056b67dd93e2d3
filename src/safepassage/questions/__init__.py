"""What is asked of a fit: rank, trace, diff, and the bundle of a report."""

from safepassage.questions.asking import Question as Question
from safepassage.questions.asking import ask as ask
from safepassage.questions.bundle import report_bundle as report_bundle
from safepassage.questions.calibration import calibrate as calibrate
from safepassage.questions.carrying import salib as salib
from safepassage.questions.checks import checks as checks
from safepassage.questions.comparing import Comparison as Comparison
from safepassage.questions.comparing import compare as compare
from safepassage.questions.differing import diff as diff
from safepassage.questions.forecasting import Forecast as Forecast
from safepassage.questions.forecasting import forecast as forecast
from safepassage.questions.hidden import compared as compared
from safepassage.questions.hidden import compared_csv as compared_csv
from safepassage.questions.plan_asking import PlanQuestion as PlanQuestion
from safepassage.questions.plan_asking import ask_plan as ask_plan
from safepassage.questions.planning import Planned as Planned
from safepassage.questions.planning import plan as plan
from safepassage.questions.ranking import Ranking as Ranking
from safepassage.questions.ranking import rank as rank
from safepassage.questions.simulating import Plan as Plan
from safepassage.questions.simulating import simulate_model as simulate_model
from safepassage.questions.tracing import Trace as Trace
from safepassage.questions.tracing import trace as trace
