"""The environment variables: the one list of what can be set from outside, with meaning and default."""

import dataclasses
import datetime as dt
from pathlib import Path

from pointclub.config import reading
from pointclub.config.declaring import Variable, setting, variables_of

SAMPLE_PHONE = "0120-000-000"
SAMPLE_SENDER = "notices@club.invalid"
_DEVELOPMENT = "development-only-and-refused-in-production"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Environment:
    """What the environment says, read and checked."""

    kind: str = setting(
        "POINTCLUB_ENV",
        "`development` or `production`. Production refuses default secrets, a set clock and owner rights.",
        read=reading.one_of("development", "production"),
        default="development",
    )
    secret_key: str = setting(
        "POINTCLUB_SECRET_KEY",
        "Signs sessions and forms. At least 32 characters; changing it signs everyone out.",
        default=_DEVELOPMENT,
        secret=True,
    )
    database_url: str | None = setting(
        "DATABASE_URL",
        "The database as the application's role. Without it the checkout's embedded server is used.",
        read=reading.database,
        secret=True,
    )
    database_owner_url: str | None = setting(
        "DATABASE_OWNER_URL",
        "The same database as its owner; only migrations, grants and tests connect so.",
        read=reading.database,
        secret=True,
    )
    personal_data_keys: dict[str, bytes] = setting(
        "POINTCLUB_PERSONAL_DATA_KEYS",
        "Key ring for personal data, `id:key,id:key`, each key 32 bytes in Base64. The first encrypts; all decrypt.",
        read=reading.key_ring,
        default="development:" + reading.development_key("personal data"),
        secret=True,
    )
    blind_index_key: bytes = setting(
        "POINTCLUB_BLIND_INDEX_KEY",
        "Key of the exact look-up in encrypted fields, 32 bytes in Base64. It cannot be changed later.",
        read=reading.key_bytes,
        default=reading.development_key("blind index"),
        secret=True,
    )
    password_pepper: str = setting(
        "POINTCLUB_PASSWORD_PEPPER",
        "Mixed into every password before it is hashed. At least 32 characters; losing it loses all passwords.",
        default=_DEVELOPMENT,
        secret=True,
    )
    root_signing_key: bytes = setting(
        "POINTCLUB_ROOT_SIGNING_KEY",
        "Signs the daily root of the books: the seed of an Ed25519 key, 32 bytes in Base64. Publish its other half.",
        read=reading.key_bytes,
        default=reading.development_key("root signing"),
        secret=True,
    )
    roots_folder: Path | None = setting(
        "POINTCLUB_ROOTS_FOLDER",
        "Folder of the daily roots, best not on the database's machine. Without it the worker seals nothing.",
        read=Path,
    )
    allowed_hosts: tuple[str, ...] = setting(
        "POINTCLUB_ALLOWED_HOSTS",
        "Host names that are served, with commas between.",
        read=reading.names,
        default="127.0.0.1,localhost,[::1]",
    )
    trusted_origins: tuple[str, ...] = setting(
        "POINTCLUB_TRUSTED_ORIGINS",
        "Origins whose forms are taken although the host differs (a proxy in front), such as https://club.example.jp.",
        read=reading.names,
        default="",
    )
    clock: dt.datetime | None = setting(
        "POINTCLUB_CLOCK",
        "Instant at which business time starts, with its zone; it runs on from there. Refused in production.",
        read=reading.instant,
    )
    club_name_ja: str = setting(
        "POINTCLUB_CLUB_NAME_JA", "The points club's name in Japanese.", default="はぴeポイントクラブ"
    )
    club_name_en: str = setting(
        "POINTCLUB_CLUB_NAME_EN", "The points club's name in English.", default="Hapi e-Point Club"
    )
    portal_name_ja: str = setting(
        "POINTCLUB_PORTAL_NAME_JA", "The energy portal's name in Japanese.", default="はぴeみる電"
    )
    portal_name_en: str = setting(
        "POINTCLUB_PORTAL_NAME_EN", "The energy portal's name in English.", default="Hapi e-Miruden"
    )
    operator_name_ja: str = setting(
        "POINTCLUB_OPERATOR_NAME_JA",
        "The utility's name in Japanese, as its documents say it. The default is a sample.",
        default="見本電力株式会社",
    )
    operator_name_en: str = setting(
        "POINTCLUB_OPERATOR_NAME_EN",
        "The utility's name in English, as its documents say it.",
        default="Sample Electric Power Co., Inc.",
    )
    call_centre_phone: str = setting(
        "POINTCLUB_CALL_CENTRE_PHONE",
        "The call centre's number, as it is dialled. The default is a sample, and the help page says so.",
        read=reading.phone,
        default=SAMPLE_PHONE,
    )
    postal_address_ja: str = setting(
        "POINTCLUB_POSTAL_ADDRESS_JA",
        "Where letters to the club go, in Japanese.",
        default="〒000-0000 見本県見本市見本町1-1",
    )
    postal_address_en: str = setting(
        "POINTCLUB_POSTAL_ADDRESS_EN",
        "Where letters to the club go, in English.",
        default="1-1 Sample-cho, Sample City, 000-0000",
    )
    public_url: str = setting(
        "POINTCLUB_PUBLIC_URL",
        "Where members reach the site, as it stands in mails: https://club.example.jp.",
        read=reading.site_address,
        default="http://127.0.0.1:8000",
    )
    passkey_host: str | None = setting(
        "POINTCLUB_PASSKEY_HOST",
        "The name that passkeys are bound to: the host of POINTCLUB_PUBLIC_URL, which is the default in production, or "
        "a domain above it. Changing it makes all passkeys useless.",
        read=reading.host,
    )
    mail_server: reading.MailServer | None = setting(
        "POINTCLUB_MAIL_URL",
        "Where mail is handed over: `smtps://user:password@host`. Without it all mail waits.",
        read=reading.mail_server,
        secret=True,
    )
    mail_sender: str = setting(
        "POINTCLUB_MAIL_SENDER", "Who mail comes from.", read=reading.mail_address, default=SAMPLE_SENDER
    )
    bounce_address: str = setting(
        "POINTCLUB_BOUNCE_ADDRESS",
        "Where mail comes back to: `name+…@host` must arrive there too, and be given to `pointclub notices bounces`.",
        read=reading.mail_address,
        default="bounces@club.invalid",
    )
    mailbox_folder: Path | None = setting(
        "POINTCLUB_MAILBOX_FOLDER",
        "Where the demo keeps its mail, for everybody to read on a page. Refused in production.",
        read=Path,
    )
    letter_font: Path = setting(
        "POINTCLUB_LETTER_FONT",
        "The file of Noto Sans CJK JP, with which letters are printed; Debian's fonts-noto-cjk brings it.",
        read=Path,
        default="/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    )
    reminder_days: tuple[int, ...] = setting(
        "POINTCLUB_REMINDER_DAYS",
        "How many days before points lapse members are told, with commas between.",
        read=reading.days,
        default="60,14",
    )
    data_dir: Path | None = setting(
        "POINTCLUB_DATA_DIR",
        "Folder of the embedded server. Default: `.pointclub` in the checkout; as root, one below /var/lib/pointclub.",
        read=Path,
    )
    proxies: int = setting(
        "POINTCLUB_PROXIES",
        "How many proxies stand in front and add to X-Forwarded-For; the address before them is the caller's.",
        read=reading.at_least(0),
        default="0",
    )
    web_address: str = setting("POINTCLUB_WEB_ADDRESS", "Where the web server listens.", default="127.0.0.1:8000")
    web_workers: int = setting(
        "POINTCLUB_WEB_WORKERS",
        "Processes of the web server, six threads each.",
        read=reading.at_least(1),
        default="2",
    )
    api_address: str = setting("POINTCLUB_API_ADDRESS", "Where merchants' tills call.", default="127.0.0.1:8100")
    api_workers: int = setting(
        "POINTCLUB_API_WORKERS",
        "Processes of the merchants' interface, which share its address. Each lets its share of a key's limit through.",
        read=reading.at_least(1),
        default="2",
    )
    password_policy: str = setting(
        "POINTCLUB_PASSWORD_POLICY",
        "What members' passwords may be: `documented` (6 to 14 letters and digits, both kinds) or `strict` (8 to 128 "
        "characters, none of the common ones). Passwords that members have already stay.",
        read=reading.one_of("documented", "strict"),
        default="documented",
    )
    password_reminder_days: int = setting(
        "POINTCLUB_PASSWORD_REMINDER_DAYS",
        "After how many days members are reminded to change their password, on their pages and by mail; 0 for never. "
        "Nobody is locked out.",
        read=reading.at_least(0),
        default="0",
    )
    external_id_issuer: str | None = setting(
        "POINTCLUB_EXTERNAL_ID_ISSUER",
        "The OpenID provider by which members may sign in, such as https://id.example.jp. Without it there is none.",
        read=reading.issuer,
    )
    external_id_name: str = setting(
        "POINTCLUB_EXTERNAL_ID_NAME", "What members call that provider's ID.", default="External ID"
    )
    external_id_client: str = setting(
        "POINTCLUB_EXTERNAL_ID_CLIENT", "By which name the provider knows us.", default=""
    )
    external_id_secret: str = setting(
        "POINTCLUB_EXTERNAL_ID_SECRET", "The secret that we share with the provider.", default="", secret=True
    )
    unmasked_persons_a_day: int = setting(
        "POINTCLUB_UNMASKED_PERSONS_A_DAY",
        "Of how many persons one member of staff can be shown personal data on one day; for more there are exports.",
        read=reading.at_least(1),
        default="100",
    )
    deep_tests: bool = setting(
        "POINTCLUB_TEST_DEEP",
        "`1` runs the long properties of the test suite at their full counts; nothing else reads it.",
        read=lambda text: reading.one_of("0", "1")(text) == "1",
        default="0",
    )

    @property
    def is_production(self) -> bool:
        """Tell whether real members are served."""
        return self.kind == "production"

    @property
    def passkey_site(self) -> tuple[str, str] | None:
        """Return the name that passkeys are bound to and the one origin that may ask for them; in development any."""
        if not self.is_production and self.passkey_host is None:
            return None
        return self.passkey_host or reading.host_of(self.public_url), self.public_url

    @property
    def has_sample_phone(self) -> bool:
        """Tell whether nobody has said yet which number members are to call."""
        return self.call_centre_phone == SAMPLE_PHONE


VARIABLES: tuple[Variable, ...] = variables_of(Environment)
