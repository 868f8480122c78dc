"""The tables. `migrations/` brings a database to this state, and a test compares the two.

`people.py`: who there is and what they may enter. `teaching.py`: assignments. `work.py`: what students do.
`lms.py`: learning platforms, and the grades that go to them.
"""

from app.models.base import EPOCH as EPOCH
from app.models.base import ID_LENGTH as ID_LENGTH
from app.models.base import metadata as metadata
from app.models.lms import DEPLOYMENT_STATES as DEPLOYMENT_STATES
from app.models.lms import GRADE_STATES as GRADE_STATES
from app.models.lms import PLATFORM_STATES as PLATFORM_STATES
from app.models.lms import RELEASES as RELEASES
from app.models.lms import contexts as contexts
from app.models.lms import copies as copies
from app.models.lms import deployments as deployments
from app.models.lms import grades as grades
from app.models.lms import identities as identities
from app.models.lms import invitations as invitations
from app.models.lms import line_items as line_items
from app.models.lms import logins as logins
from app.models.lms import platforms as platforms
from app.models.lms import resource_links as resource_links
from app.models.lms import tool_keys as tool_keys
from app.models.people import ROLES as ROLES
from app.models.people import audit as audit
from app.models.people import courses as courses
from app.models.people import enrolments as enrolments
from app.models.people import erased as erased
from app.models.people import people as people
from app.models.people import tokens as tokens
from app.models.teaching import SOLUTIONS as SOLUTIONS
from app.models.teaching import VOIDS as VOIDS
from app.models.teaching import assignments as assignments
from app.models.teaching import extensions as extensions
from app.models.teaching import items as items
from app.models.teaching import overrides as overrides
from app.models.work import attempts as attempts
from app.models.work import flags as flags
from app.models.work import instance_parts as instance_parts
from app.models.work import instances as instances
from app.models.work import mistakes as mistakes
from app.models.work import regrade_changes as regrade_changes
from app.models.work import regrade_scores as regrade_scores
from app.models.work import regrades as regrades
from app.models.work import replies as replies
from app.models.work import revisions as revisions
from app.models.work import scores as scores
from app.models.work import verdicts as verdicts
