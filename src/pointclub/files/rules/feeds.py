"""The feeds that the club knows."""

from pointclub.files.rules.schema import Column, Feed, Kind

PURCHASES = Feed(
    name="purchases",
    version=1,
    meaning="What members bought at one merchant: each row becomes points that wait for the balance update.",
    sender="the merchant's number, six digits",
    columns=(
        Column("reference", "the merchant's own number of the sale; the same number is the same sale, ever", Kind.CODE),
        Column("member_number", "the member's number, without hyphens", Kind.MEMBER_NUMBER),
        Column("store_code", "the merchant's code of the store", Kind.CODE, is_required=False, longest=20),
        Column("sold_at", "when it was sold", Kind.INSTANT),
        Column("price_yen", "the price with tax, in yen", Kind.NUMBER),
        Column("ineligible_yen", "the part of the price that earns nothing", Kind.NUMBER, is_required=False),
        Column("tax_yen", "the tax within the rest of the price", Kind.NUMBER, is_required=False),
        Column("points", "a number of points agreed another way, instead of the rule", Kind.NUMBER, is_required=False),
        Column("note", "anything; kept only with a bad row", Kind.TEXT, is_required=False, longest=200),
    ),
    totals=("price_yen", "points"),
)

OPENING_BALANCES = Feed(
    name="opening-balances",
    version=1,
    meaning="Points brought over from an older system, each row with its own last day.",
    sender="a name for the older system, such as legacy",
    columns=(
        Column("reference", "the older system's number of the entry; the same number is the same entry", Kind.CODE),
        Column("member_number", "the member's number, without hyphens", Kind.MEMBER_NUMBER),
        Column("points", "how many points", Kind.NUMBER),
        Column("usable_through", "the last day on which they can be used", Kind.DAY),
        Column("note", "anything; kept only with a bad row", Kind.TEXT, is_required=False, longest=200),
    ),
    totals=("points",),
)

CONTRACTS = Feed(
    name="contracts",
    version=1,
    meaning="Contracts for electricity and gas, and of surplus electricity that is bought, as the billing system has "
    "them: what a row says of a contract counts until a later one says otherwise.",
    sender="a name for the billing system, such as billing",
    columns=(
        Column("reference", "the billing system's own number of the contract", Kind.CODE),
        Column("kind", "`electricity`, `gas` or `purchase`", Kind.CODE, longest=12),
        Column(
            "customer_number",
            "the customer's number, fourteen digits; hyphens do no harm",
            Kind.CODE,
            longest=20,
            is_personal=True,
        ),
        Column(
            "supply_point_number",
            "the supply point, 22 digits for electricity and 17 for gas",
            Kind.CODE,
            longest=30,
            is_personal=True,
        ),
        Column("menu_code", "the code of the contract's menu", Kind.CODE, longest=40),
        Column("holder_name", "whose contract it is", Kind.TEXT, is_required=False, longest=100, is_personal=True),
        Column("starts_on", "the first day of the contract; 2000-01-01 where it is an earlier one", Kind.DAY),
        Column("ends_on", "its last day, once that is known", Kind.DAY, is_required=False),
        Column("changed_at", "when the billing system came to say so", Kind.INSTANT),
    ),
    totals=(),
)

OLD_MEMBERS = Feed(
    name="old-members",
    version=1,
    meaning="Members of an old club whose points wait until they join and show number and password: one row for each "
    "part of their points, which counts as it was said last until the points are moved.",
    sender="a name for the older system, such as legacy",
    columns=(
        Column("reference", "the older system's number of the entry; the same number is the same entry", Kind.CODE),
        Column(
            "old_member_number",
            "the old member's number, letters and digits; hyphens, width and case do not count",
            Kind.CODE,
            longest=60,
            is_personal=True,
        ),
        Column(
            "password_verifier",
            "the old password's salted hash, never the password itself: `pbkdf2_sha256$`, `scrypt$` or `argon2$`; the "
            "same in all rows of a member",
            Kind.CODE,
            longest=400,
            is_personal=True,
        ),
        Column("points", "how many points; 0 takes the entry back", Kind.NUMBER),
        Column("usable_through", "the last day on which they can be used", Kind.DAY),
    ),
    totals=("points",),
)

FEEDS = (PURCHASES, OPENING_BALANCES, CONTRACTS, OLD_MEMBERS)
