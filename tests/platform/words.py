"""The words of the specifications: claims, scopes, media types and roles."""

from typing import Final

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_SERVICE: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"

VERSION: Final = "1.3.0"
RESOURCE_LINK: Final = "LtiResourceLinkRequest"
DEEP_LINK: Final = "LtiDeepLinkingRequest"
DEEP_LINK_ANSWER: Final = "LtiDeepLinkingResponse"

LINE_ITEM_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READING_SCOPE: Final = LINE_ITEM_SCOPE + ".readonly"
RESULT_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES: Final = (LINE_ITEM_SCOPE, LINE_ITEM_READING_SCOPE, RESULT_SCOPE, SCORE_SCOPE)
SCOPES: Final = (*AGS_SCOPES, MEMBERS_SCOPE)

LINE_ITEM_TYPE: Final = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE: Final = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

CONTEXT_ROLES: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTITUTION_ROLES: Final = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM_ROLES: Final = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
LEARNER: Final = CONTEXT_ROLES + "Learner"
INSTRUCTOR: Final = CONTEXT_ROLES + "Instructor"
TEACHING_ASSISTANT: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
TEST_USER: Final = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
