"""Learning platforms that this service is a tool of (LTI 1.3): who they are, keys on both sides, calls to them.

`registry`: platforms and their deployments. `products`: what is known of Moodle, Canvas and others. `invitations`: how
one registers itself. `tool`: what platforms are told of us. `framing`: whose pages show ours. `keys`: the keys that we
sign with. `keysets`: those that platforms sign with. `outgoing`: requests to addresses that others chose. `services`:
requests with an access token. `roles`: what somebody is in our courses.
"""
