"""Every address of the product: an example of each and who may see it. An address that is not here fails `make check`.

Tests run over this list: who gets an answer, what leaks, headers, queries, accessibility, pictures. `pattern` is the
route as Django writes it from the root. `example` may name things of the tests' county in braces, filled by whoever
opens it: `{code}` a matter of 槐树坪村, `{held}` a held complaint, `{call}` a matter that waits for its call-back,
`{place}` a village. An empty example means that the address only takes what a form or a script sends.

`verb` is what a member of staff needs (`STAFF` for any of them); who has it stands in the county's own page of roles.
"""

from dataclasses import dataclass
from functools import cache

from huiyin.programme.loader import county_folder, load_county

ANYONE = "anyone"
STAFF = "staff"


@dataclass(frozen=True)
class Route:
    """One address. `takes` is what it answers to; `part` marks a fragment of a page or a file, no page of its own."""

    pattern: str
    example: str
    verb: str = ANYONE
    takes: str = "GET"
    part: bool = False

    @property
    def seen_by(self) -> frozenset[str]:
        """The roles that may see it, or "anyone"."""
        if self.verb == ANYONE:
            return frozenset({ANYONE})
        return roles_with("") if self.verb == STAFF else roles_with(self.verb)


@cache
def roles_with(verb: str) -> frozenset[str]:
    """The roles of the demo county that hold a verb; all of them for the empty one."""
    roles = load_county(county_folder("wangchuan")).county.roles
    return frozenset(name for name, role in roles.items() if not verb or verb in role.verbs)


SEE = "matter.see"
PUBLIC = (
    Route("", "/"),
    Route("ask/", "/ask/"),
    Route("harassed/", "/harassed/"),
    Route("track/", "/track/"),
    Route("track/more/", "", takes="POST"),
    Route("track/files/<uuid:file_id>/", "", takes="POST", part=True),
    Route("track/withdraw/", "", takes="POST"),
    Route("track/again/", "", takes="POST"),
    Route("track/objection/", "", takes="POST"),
    Route("track/judge/", "", takes="POST"),
    Route("track/review/", "", takes="POST"),
    Route("track/promise/", "", takes="POST"),
    Route("track/side/more/", "", takes="POST"),
    Route("track/side/objection/", "", takes="POST"),
    Route("my-official/", "/my-official/"),
    Route("my-official/another/", "", takes="POST"),
    Route("officials/", "/officials/"),
    Route("officials/photos/<uuid:portrait_id>/", "", part=True),
    Route("officials/<str:code>/board/", "/officials/{place}/board/"),
    Route("officials/<str:code>/", "/officials/{place}/"),
    Route("handbook/", "/handbook/"),
    Route("handbook/pdf/", "/handbook/pdf/", part=True),
    Route("file/", "/file/"),
    Route("file/objection/", "", takes="POST"),
    Route("file/another/", "", takes="POST"),
    Route("file/phones/", "", takes="POST"),
    Route("issues/", "/issues/"),
    Route("wall/", "/wall/"),
    Route("wall/<str:code>/", "/wall/{place}/"),
    Route("wall/<str:code>/board/", "/wall/{place}/board/"),
    Route("petitions/", "/petitions/"),
    Route("disputes/", "/disputes/"),
    Route("meet/", "/meet/"),
    Route("about/kept/", "/about/kept/"),
    Route("about/rules/", "/about/rules/"),
    Route("about/help/", "/about/help/"),
    Route("about/accessibility/", "/about/accessibility/"),
    Route("health/live", "/health/live", part=True),
    Route("health/ready", "/health/ready", part=True),
    Route("health/deep", "", "audit.see", part=True),
    Route("language/<str:code>/", "", takes="POST"),
    Route("big/", "", takes="POST"),
    Route("pattern/", ""),  # in development and the demo only
    Route("account/login/", "/account/login/"),
    Route("account/logout/", "/account/logout/", STAFF),
    Route("account/inactive/", "/account/inactive/"),
    Route("account/link/", ""),  # in the demo only
    Route("account/second/authenticate/", ""),  # between the password and the desk
)
ACCOUNT = (
    Route("account/reauthenticate/", "", STAFF),
    Route("account/password/change/", "/account/password/change/", STAFF),
    Route("account/password/set/", "/account/password/set/", STAFF),
    Route("account/second/", "/account/second/", STAFF),
    Route("account/second/reauthenticate/", "", STAFF),
    Route("account/second/totp/", "", STAFF),
    Route("account/second/totp/change/", "", STAFF),
    Route("account/second/codes/", "", STAFF),
    Route("account/second/codes/new/", "", STAFF),
)
DESK = (
    Route("desk/", "/desk/", STAFF),
    Route("desk/search/", "/desk/search/?q=水", STAFF),
    Route("desk/told/", "/desk/told/", STAFF),
    Route("desk/told/digest/", "", STAFF, takes="POST"),
    Route("desk/acting/", "/desk/acting/", STAFF),
    Route("desk/delegations/", "/desk/delegations/", STAFF),
    Route("desk/delegations/<uuid:post_id>/", "", STAFF),
    Route("desk/matters/", "/desk/matters/", SEE),
    Route("desk/matters/print/", "/desk/matters/print/", SEE),
    Route("desk/matters/bodies/", "/desk/matters/bodies/", SEE, part=True),
    Route("desk/matters/places/", "/desk/matters/places/", SEE, part=True),
    Route("desk/matters/bulk/", "", "matter.classify", takes="POST"),
    Route("desk/matters/export/", "", "matter.export", takes="POST"),
    Route("desk/exports/", "/desk/exports/", SEE),
    Route("desk/matters/views/", "", STAFF, takes="POST"),
    Route("desk/matters/views/<int:view_id>/", "", STAFF),
    Route("desk/matters/<str:code>/", "/desk/matters/{code}/", SEE),
    Route("desk/matters/<str:code>/print/", "/desk/matters/{code}/print/", SEE),
    Route("desk/matters/<str:code>/twins/", "/desk/matters/{code}/twins/", SEE),
    Route("desk/matters/<str:code>/hints/", "", SEE, takes="POST"),
    Route("desk/matters/<str:code>/accompany/", "", "matter.open", takes="POST"),
    Route("desk/matters/<str:code>/reveal/", "", "matter.reveal", takes="POST"),
    Route("desk/matters/<str:code>/files/<uuid:file_id>/", "", SEE, part=True),
    Route("desk/matters/<str:code>/recuse/", "/desk/matters/{code}/recuse/", SEE),
    Route("desk/matters/<str:code>/reasonable/", "", "matter.approve", takes="POST"),
    Route("desk/matters/<str:code>/extensions/<uuid:extension_id>/", "", "matter.approve", takes="POST"),
    Route("desk/matters/<str:code>/drafts/<uuid:draft_id>/", "", "matter.approve", takes="POST"),
    Route("desk/matters/<str:code>/step/<str:name>/", "", SEE),
    Route("desk/ledgers/", "/desk/ledgers/", SEE),
    Route("desk/suggestions/", "/desk/suggestions/", SEE),
    Route("desk/things/", "/desk/things/", STAFF),
    Route("desk/onair/", "/desk/onair/", STAFF),
    Route("desk/onair/<uuid:episode_id>/", "", STAFF),
    Route("desk/onair/<uuid:episode_id>/sheet/", "", STAFF),
    Route("desk/early/", "/desk/early/", STAFF),
    Route("desk/early/disputes/", "/desk/early/disputes/", STAFF),
    Route("desk/early/disputes/new/", "/desk/early/disputes/new/", "matter.open"),
    Route("desk/early/disputes/<str:code>/", "", STAFF),
    Route("desk/early/disputes/<str:code>/slip/", "", STAFF, takes="POST"),
    Route("desk/early/seeking/", "/desk/early/seeking/", STAFF),
    Route("desk/early/petitions/", "/desk/early/petitions/", "stats.see"),
    Route("desk/early/briefs/", "/desk/early/briefs/", STAFF),
    Route("desk/ledgers/lines/", "/desk/ledgers/lines/", SEE),
    Route("desk/ledgers/note/", "", SEE, takes="POST"),
    Route("desk/ledgers/cut/", "", "matter.assign", takes="POST"),
    Route("desk/ledgers/print/", "", SEE, takes="POST"),
    Route("desk/ledgers/pdf/", "", SEE, takes="POST", part=True),
    Route("desk/ledgers/export/", "", "matter.export", takes="POST", part=True),
    Route("desk/issues/", "/desk/issues/", SEE),
    Route("desk/issues/new/", "/desk/issues/new/", "matter.assign"),
    Route("desk/issues/<uuid:issue_id>/", "", SEE),
    Route("desk/issues/<uuid:issue_id>/change/", "", "matter.assign"),
    Route("desk/issues/<uuid:issue_id>/public/", "", "matter.publish"),
    Route("desk/issues/<uuid:issue_id>/gather/", "", "matter.assign"),
    Route("desk/intake/", "/desk/intake/", "matter.open"),
    Route("desk/intake/draft/", "", "matter.open", takes="POST"),
    Route("desk/intake/done/", "", "matter.open"),
    Route("desk/intake/slip/", "", "matter.open"),
    Route("desk/calls/", "/desk/calls/", "matter.call_back"),
    Route("desk/calls/next/", "", "matter.call_back"),
    Route("desk/calls/<str:code>/", "/desk/calls/{call}/", "matter.call_back"),
    Route("desk/calls/<str:code>/ring/", "", "matter.call_back", takes="POST"),
    Route("desk/judged/", "/desk/judged/", "matter.approve"),
    Route("desk/promises/", "/desk/promises/", SEE),
    Route("desk/rechecks/", "/desk/rechecks/", "stats.see"),
    Route("desk/rechecks/<uuid:recheck_id>/", "", "matter.call_back"),
    Route("desk/promises/<uuid:promise_id>/", "", "matter.call_back"),
    Route("desk/messages/", "/desk/messages/", "matter.open"),
    Route("desk/messages/<uuid:incoming_id>/", "", "matter.open"),
    Route("desk/asked/", "/desk/asked/", SEE),
    Route("desk/reading/", "/desk/reading/", "matter.instruct"),
    Route("desk/sessions/", "/desk/sessions/", SEE),
    Route("desk/sessions/new/", "/desk/sessions/new/", "matter.discuss"),
    Route("desk/sessions/<uuid:session_id>/", "", SEE),
    Route("desk/sessions/<uuid:session_id>/print/", "", SEE),
    Route("desk/sessions/<uuid:session_id>/vote/<uuid:item_id>/", "", SEE, takes="POST"),
    Route("desk/sessions/<uuid:session_id>/pledge/", "", SEE, takes="POST"),
    Route("desk/sessions/tasks/<uuid:task_id>/", "", SEE, takes="POST"),
    Route("desk/kept/", "/desk/kept/", SEE),
    Route("desk/numbered/", "/desk/numbered/", SEE),
    Route("desk/numbered/inspections/", "/desk/numbered/inspections/", SEE),
    Route("desk/numbered/inspections/<uuid:inspection_id>/", "", SEE),
    Route("desk/numbered/findings/<uuid:finding_id>/", "", SEE),
    Route("desk/numbered/improvements/", "/desk/numbered/improvements/", SEE),
    Route("desk/numbered/improvements/<uuid:improvement_id>/", "", SEE),
    Route("desk/numbered/decided/", "/desk/numbered/decided/", "stats.see"),
    Route("desk/numbered/decided/<uuid:decided_id>/", "", "matter.supervise", takes="POST"),
    Route("desk/matters/<str:code>/shares/<uuid:share_id>/", "", SEE, takes="POST"),
    Route("desk/matters/<str:code>/kept/<uuid:retention_id>/", "", SEE, takes="POST"),
    Route("desk/matters/<str:code>/kept/", "", SEE, takes="POST"),
    Route("desk/matters/<str:code>/numbered/<uuid:numbered_id>/", "", SEE, takes="POST"),
    Route("desk/dismissed/", "/desk/dismissed/", SEE),
    Route("desk/dismissed/<uuid:dismissal_id>/", "", SEE),
    Route("desk/held/", "/desk/held/", "matter.held"),
    Route("desk/held/<str:code>/", "/desk/held/{held}/", "matter.held"),
    Route("desk/figures/", "/desk/figures/?by=all", "stats.see"),
    Route("desk/figures/panel/", "/desk/figures/panel/", "stats.see"),
    Route("desk/figures/print/", "/desk/figures/print/", "stats.see"),
    Route("desk/matters/<str:code>/file/", "/desk/matters/{code}/file/", SEE),
    Route("desk/matters/<str:code>/file/take/", "", SEE, takes="POST", part=True),
    Route("desk/tracing/", "/desk/tracing/", "matter.trace"),
    Route("desk/late/", "/desk/late/", "matter.approve"),
    Route("desk/reports/", "/desk/reports/?step=month", "stats.see"),
    Route("desk/reports/pdf/", "/desk/reports/pdf/?step=day", "stats.see", part=True),
    Route("desk/figures/export/", "", "stats.see", takes="POST"),
    Route("desk/sealed/", "/desk/sealed/", STAFF),
    Route("desk/sealed/open/", "", STAFF),
    Route("desk/sealed/close/", "", STAFF, takes="POST"),
    Route("desk/sealed/keys/", "/desk/sealed/keys/", STAFF),
    Route("desk/sealed/watch/", "", STAFF),
    Route("desk/notices/", "/desk/notices/", "matter.publish"),
    Route("desk/notices/<uuid:notice_id>/", "", "matter.publish"),
    Route("desk/matters/<str:code>/notice/", "", "matter.publish", takes="POST"),
    Route("desk/people/", "/desk/people/", STAFF),
    Route("desk/phones/", "/desk/phones/", "register.see"),
    Route("desk/staff/", "/desk/staff/", "register.see"),
    Route("desk/staff/new/", "/desk/staff/new/", "register.edit"),
    Route("desk/staff/<uuid:body_id>/", "", "register.see"),
    Route("desk/staff/<uuid:body_id>/state/", "", "register.edit"),
    Route("desk/staff/<uuid:body_id>/remits/", "", "register.edit"),
    Route("desk/staff/<uuid:body_id>/remits/<uuid:remit_id>/", "", "register.edit"),
    Route("desk/staff/people/<uuid:person_id>/", "", "register.see"),
    Route("desk/staff/people/<uuid:person_id>/photo/", "", STAFF),
    Route("desk/staff/photo/", "/desk/staff/photo/", STAFF),
    Route("desk/people/<uuid:enquiry_id>/", "", "matter.open", takes="POST"),
    Route("desk/cards/", "/desk/cards/", "register.see"),
    Route("desk/cards/kit/", "/desk/cards/kit/", "register.see"),
    Route("desk/cards/kit/strike/", "", "register.edit", takes="POST"),
    Route("desk/cards/duty/", "/desk/cards/duty/", "register.see"),
    Route("desk/cards/preview/<str:kind>/<str:code>/", "", "register.edit", part=True),
    Route("desk/cards/<uuid:run_id>/given/", "", "register.see", takes="GET POST"),
    Route("desk/cards/<uuid:run_id>/pdf/", "", "register.edit", takes="POST", part=True),
    Route("desk/households/missed/", "/desk/households/missed/", "register.correct"),
    Route("desk/relief/", "/desk/relief/", "register.see"),
    Route("desk/relief/<uuid:list_id>/", "", "register.see"),
    Route("desk/households/", "/desk/households/", "register.see"),
    Route("desk/households/new/", "/desk/households/new/", "register.edit"),
    Route("desk/households/<uuid:household_id>/links/<uuid:link_id>/end/", "", "register.edit"),
    Route("desk/staff/<uuid:body_id>/appoint/", "", "register.edit"),
    Route("desk/staff/posts/<uuid:post_id>/", "", "register.edit"),
    Route("desk/staff/posts/<uuid:post_id>/move/", "", "register.edit"),
    Route("desk/households/<uuid:household_id>/people/new/", "", "register.edit"),
    Route("desk/households/<uuid:household_id>/people/<uuid:person_id>/", "", "register.edit"),
    Route("desk/households/<uuid:household_id>/people/<uuid:person_id>/<str:what>/", "", "register.edit"),
    Route("desk/households/<uuid:household_id>/", "", "register.see"),
    Route("desk/households/<uuid:household_id>/change/", "", "register.correct"),
    Route("desk/households/<uuid:household_id>/became/<str:what>/", "", "register.edit"),
    Route("desk/households/<uuid:household_id>/history/", "", "register.see"),
    Route("desk/households/<uuid:household_id>/print/", "", "register.see"),
    Route("desk/households/<uuid:household_id>/phones/", "", "register.see"),
    Route("desk/households/<uuid:household_id>/key/", "", "register.correct", takes="POST"),
    Route("desk/erasures/", "/desk/erasures/", "register.erase"),
    Route("desk/programme/", "/desk/programme/", "programme.see"),
    Route("desk/log/", "/desk/log/", "audit.see"),
    Route("desk/log/looks/", "/desk/log/looks/", "audit.see"),
    Route("desk/rosters/", "/desk/rosters/", "register.import"),
    Route("desk/rosters/<uuid:run_id>/", "", "register.import"),
    Route("desk/links/", "/desk/links/", "register.see"),
    Route("desk/links/rounds/<uuid:round_id>/", "", "register.see"),
    Route("desk/links/rounds/<uuid:round_id>/<uuid:household_id>/", "", "register.see"),
    Route("desk/links/coverage/", "/desk/links/coverage/", "register.see"),
    Route("desk/links/coverage/households/", "/desk/links/coverage/households/?show=gap", "register.see"),
    Route("desk/links/coverage/officials/", "/desk/links/coverage/officials/?show=idle", "register.see"),
    Route("desk/places/", "/desk/places/?under=990101101000", "register.see"),
    Route("desk/places/fact/", "/desk/places/fact/?under={place}&fact=echo.economy", "register.edit", takes="GET POST"),
    Route("desk/places/change/", "/desk/places/change/?under={place}&kind=split", "register.edit", takes="GET POST"),
    Route("desk/places/changes/<uuid:change_id>/", "", "register.see", takes="GET POST"),
    Route("desk/links/grid/", "/desk/links/grid/", "register.see"),
    Route("desk/links/grid/paper/", "/desk/links/grid/paper/", "register.see", part=True),
    Route("desk/links/grid/laid/", "/desk/links/grid/laid/", "register.see"),
    Route("desk/links/grid/laid/new/", "/desk/links/grid/laid/new/", "register.edit"),
    Route("desk/links/grid/laid/<uuid:overlay_id>/", "", "register.see"),
    Route("desk/links/left-out/", "/desk/links/left-out/", "register.see"),
    Route("desk/links/kinds/", "/desk/links/kinds/", "register.see"),
    Route("desk/links/kinds/<slug:programme>/<slug:pairing>/", "", "register.see"),
    Route("desk/links/kinds/<slug:programme>/<slug:pairing>/turns/", "", "register.see"),
    Route("desk/links/sets/<slug:programme>/<slug:pairing>/", "", "register.see"),
    Route("desk/links/handovers/", "/desk/links/handovers/", "register.see"),
    Route("desk/links/handovers/<uuid:official_id>/", "", "register.edit"),
)
API = (
    Route("api/", ""),
    Route("api/openapi.json", "/api/openapi.json", part=True),
    Route("api/matters", "", takes="POST", part=True),
    Route("api/matters/<code>", "", part=True),
    Route("api/officials", "/api/officials?place={place}", part=True),
    Route("api/officials/mine", "", takes="POST", part=True),
    Route("api/places", "/api/places?under={place}", part=True),
    Route("api/staff/matters", "", SEE, part=True),
    Route("api/staff/matters/<code>", "", SEE, part=True),
    Route("api/staff/matters/<code>/steps/<step>", "", SEE, takes="POST", part=True),
)
HOOKS = (
    Route("hooks/sms/", "", takes="POST", part=True),  # with the house's secret
    Route("hooks/sms/report/", "", part=True),  # with a message's own token
)
ROUTES: tuple[Route, ...] = (*PUBLIC, *ACCOUNT, *DESK, *API, *HOOKS)
