"""What a journey is: the typed, frozen declarations that a model folder is read into.

Nothing here is computed. A quantity that drives people (a hazard, the odds of a branch, an
inflow) is a `Product`: a list of names of parameters and factors, and of plain numbers, whose
product it is. No expression is ever evaluated as code.
"""

from safepassage.model.schema.declaration import Declaration as Declaration
from safepassage.model.schema.declaration import Grade as Grade
from safepassage.model.schema.declaration import GroupFilter as GroupFilter
from safepassage.model.schema.declaration import Month as Month
from safepassage.model.schema.declaration import Name as Name
from safepassage.model.schema.declaration import Names as Names
from safepassage.model.schema.declaration import Number as Number
from safepassage.model.schema.declaration import Product as Product
from safepassage.model.schema.factors import Contrast as Contrast
from safepassage.model.schema.factors import Covariate as Covariate
from safepassage.model.schema.factors import Era as Era
from safepassage.model.schema.factors import Feedback as Feedback
from safepassage.model.schema.factors import Innovation as Innovation
from safepassage.model.schema.factors import Parameter as Parameter
from safepassage.model.schema.factors import Policy as Policy
from safepassage.model.schema.factors import Prior as Prior
from safepassage.model.schema.factors import Response as Response
from safepassage.model.schema.factors import Season as Season
from safepassage.model.schema.factors import SeasonWindow as SeasonWindow
from safepassage.model.schema.factors import Trend as Trend
from safepassage.model.schema.journey import Branch as Branch
from safepassage.model.schema.journey import BranchOutcome as BranchOutcome
from safepassage.model.schema.journey import Entry as Entry
from safepassage.model.schema.journey import Initial as Initial
from safepassage.model.schema.journey import Place as Place
from safepassage.model.schema.journey import State as State
from safepassage.model.schema.journey import Transition as Transition
from safepassage.model.schema.measures import Channel as Channel
from safepassage.model.schema.measures import Memory as Memory
from safepassage.model.schema.measures import Output as Output
from safepassage.model.schema.measures import Quantity as Quantity
from safepassage.model.schema.measures import Reporting as Reporting
from safepassage.model.schema.model import Header as Header
from safepassage.model.schema.model import Model as Model
from safepassage.model.schema.ways import Harm as Harm
from safepassage.model.schema.ways import Mechanism as Mechanism
from safepassage.model.schema.ways import Party as Party
from safepassage.model.schema.ways import Payment as Payment
from safepassage.model.schema.ways import Report as Report
from safepassage.model.schema.ways import Tie as Tie
from safepassage.model.schema.ways import Way as Way
