"""The texts: every article, paragraph and item of what they follow, and the same in both languages (TRM-1)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest

from pointclub.program import queries as program
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document, Language
from tests.terms.published import PUBLISHED
from tests.terms.texts import all_versions, articles_of

_BRANDS = re.compile("関西電力|関電|はぴ|Kansai Electric|KEPCO|Hapi")

# How many paragraphs each article has, and how many numbered items within them.
_CLUB = {1: (1, 0), 2: (1, 3), 3: (1, 2), 4: (4, 0), 5: (4, 0), 6: (1, 0), 7: (1, 0), 8: (1, 0), 9: (3, 4)} | {
    10: (2, 9),
    11: (2, 0),
    12: (2, 7),
    13: (3, 0),
    14: (7, 3),
    15: (2, 8),
    16: (1, 0),
    17: (6, 3),
    18: (1, 0),
}
_POINTS = {1: (1, 0), 2: (2, 0), 3: (1, 0), 4: (2, 0), 5: (4, 2), 7: (1, 0), 8: (2, 0)} | dict.fromkeys(
    range(10, 13), (1, 0)
)
_PORTAL = {1: (6, 4), 2: (3, 0), 3: (1, 0), 4: (2, 3), 5: (3, 12), 6: (5, 3), 7: (5, 0), 8: (3, 0), 9: (2, 0)}
SHAPES = [
    (Document.MEMBERSHIP_TERMS, "2016-04-01", _CLUB),
    (Document.POINT_RULES, "2016-04-01", _POINTS | {6: (6, 0), 9: (2, 0)}),
    (Document.POINT_RULES, "2022-04-01", _POINTS | {6: (7, 0), 9: (4, 0)}),
    (Document.PORTAL_TERMS, "2017-02-01", _PORTAL),
]

# What an article must not lose, in Japanese and in English.
FACTS = [
    (Document.MEMBERSHIP_TERMS, 2, "2016年3月31日", "31 March 2016"),
    (Document.MEMBERSHIP_TERMS, 2, "季節別時間帯別電灯", "seasonal time-of-use lighting"),
    (Document.MEMBERSHIP_TERMS, 2, "全電化住宅割引", "discount for all-electric homes"),
    (Document.MEMBERSHIP_TERMS, 5, "1つ", "one login ID"),
    (Document.MEMBERSHIP_TERMS, 9, "当社が発した時点", "at the moment at which we send it out"),
    (
        Document.MEMBERSHIP_TERMS,
        9,
        "載せた時点で本会員に通知された",
        "at the moment of publication",
    ),
    (Document.MEMBERSHIP_TERMS, 11, "通常届くはずの時に届いたもの", "when it normally would have"),
    (Document.MEMBERSHIP_TERMS, 12, "それぞれすみやかに停止", "promptly stop, each by itself"),
    (Document.MEMBERSHIP_TERMS, 12, "特定電子メールの送信の適正化等に関する法律", "Specified Electronic Mail"),
    (Document.MEMBERSHIP_TERMS, 12, "持分法適用会社", "equity method"),
    (Document.MEMBERSHIP_TERMS, 13, "手数料", "fee"),
    (Document.MEMBERSHIP_TERMS, 14, "2019年3月31日", "31 March 2019"),
    (Document.MEMBERSHIP_TERMS, 14, "亡くなられたとき", "has died"),
    (Document.MEMBERSHIP_TERMS, 14, "有効期限まで再びご利用", "used again until the last day of each"),
    (Document.MEMBERSHIP_TERMS, 15, "5年", "5 years"),
    (Document.MEMBERSHIP_TERMS, 16, "一定の期間前", "a set period before"),
    (
        Document.MEMBERSHIP_TERMS,
        18,
        "大阪簡易裁判所または大阪地方裁判所",
        "Osaka Summary Court or the Osaka District Court",
    ),
    (Document.POINT_RULES, 4, "残高に表れないことがあります", "may not show in the balance"),
    (Document.POINT_RULES, 6, "すべて）は無効", "is void"),
    (Document.POINT_RULES, 6, "受け付けた順", "order of acceptance"),
    (Document.POINT_RULES, 6, "取り消すことはできません", "cannot cancel"),
    (Document.POINT_RULES, 6, "家族会員は、ポイント申込をすることができません", "Family members cannot make"),
    (Document.POINT_RULES, 7, "加盟店で残高を照会することはできません", "cannot ask for their balance at a merchant"),
    (Document.POINT_RULES, 8, "金銭で請求することはありません", "never claimed in money"),
    (
        Document.POINT_RULES,
        9,
        "3年後の応当日が属する月の末日",
        "last day of the month that contains the day 3 years",
    ),
    (Document.POINT_RULES, 12, "同等の価値", "equal value"),
    (Document.PORTAL_TERMS, 1, "1か月以内", "within 1 month"),
    (Document.PORTAL_TERMS, 4, "1か月以内", "within 1 month"),
    (Document.PORTAL_TERMS, 4, "自動的に退会にはなりません", "not of itself a withdrawal"),
    (Document.PORTAL_TERMS, 5, "会員IDとパスワードの両方", "both the login ID and the password"),
    (Document.PORTAL_TERMS, 6, "1か月前まで", "at least 1 month ahead"),
    (Document.PORTAL_TERMS, 6, "通信の秘密に関する事項と医療に関する事項を除きます", "medical matters excepted"),
    (Document.PORTAL_TERMS, 7, "民法第486条", "Article 486 of the Civil Code"),
    (Document.PORTAL_TERMS, 7, "過去12か月分", "past 12 months"),
    (Document.PORTAL_TERMS, 7, "1年（1月から12月まで）に1回", "once per year (January to December)"),
    (Document.PORTAL_TERMS, 7, "割引はありません", "brings no discount"),
    (Document.PORTAL_TERMS, 9, "日本法", "law of Japan"),
    (Document.PORTAL_TERMS, 9, "大阪地方裁判所だけ", "Osaka District Court has exclusive jurisdiction"),
    (Document.PRIVACY_NOTICE, 4, "どちらの向きにも提供しません", "in neither direction"),
    (Document.PRIVACY_NOTICE, 4, "1か月前まで", "at least 1 month ahead"),
    (Document.PRIVACY_NOTICE, 6, "それぞれ別々に", "each of these 3, separately"),
    (Document.PRIVACY_NOTICE, 7, "クッキー", "cookie"),
]


class TestPublishedTexts:
    def test_stay_as_they_were_published(self) -> None:
        digests = {
            folder.name: {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
            for folder in terms.FOLDER.iterdir()
        }

        assert digests == PUBLISHED

    def test_leave_no_name_to_be_filled_in_and_name_nobody_themselves(self) -> None:
        for version in all_versions():
            assert not re.search(r"[{}]", "".join([*version.title.values(), *version.text.values()])), version
        for path in terms.FOLDER.glob("*/*"):
            assert not re.search("関西電力|関電|はぴ|Kansai Electric|KEPCO|Hapi", path.read_text(encoding="utf-8")), (
                path
            )

    def test_say_that_they_are_samples(self) -> None:
        for version in all_versions():
            assert "見本の文面です" in version.note[Language.JAPANESE]
            assert "sample text" in version.note[Language.ENGLISH]


class TestArticles:
    @pytest.mark.parametrize("language", Language)
    @pytest.mark.parametrize(("document", "version", "shape"), SHAPES)
    def test_have_all_their_paragraphs_and_items(
        self, document: Document, version: str, shape: dict[int, tuple[int, int]], language: Language
    ) -> None:
        articles = articles_of(document, version, language)

        found = {number: (len(article.paragraphs), len(article.items)) for number, article in articles.items()}

        assert found == shape

    @pytest.mark.parametrize("language", Language)
    def test_number_their_paragraphs_in_order(self, language: Language) -> None:
        for version in all_versions():
            for number, article in articles_of(version.document, version.version, language).items():
                found = article.paragraphs
                assert found == list(range(1, len(found) + 1)), (version, number)

    def test_are_the_same_in_both_languages(self) -> None:
        for version in all_versions():
            japanese, english = (articles_of(version.document, version.version, each) for each in Language)
            assert list(japanese) == list(english)
            for number, article in japanese.items():
                assert (article.paragraphs, article.items) == (english[number].paragraphs, english[number].items), (
                    version,
                    number,
                )

    @pytest.mark.parametrize(("document", "number", "japanese", "english"), FACTS)
    def test_keep_the_facts_and_figures(self, document: Document, number: int, japanese: str, english: str) -> None:
        for version in terms.versions_of(document):
            assert japanese in articles_of(document, version.version, Language.JAPANESE)[number].text, version
            assert english in articles_of(document, version.version, Language.ENGLISH)[number].text, version

    @pytest.mark.parametrize("document", [Document.MEMBERSHIP_TERMS, Document.PORTAL_TERMS, Document.POINT_RULES])
    def test_point_to_articles_that_are_there(self, document: Document) -> None:
        for version in terms.versions_of(document):
            for number, article in articles_of(document, version.version, Language.JAPANESE).items():
                own = re.sub(r"(会員規約|民法)第\d+条", "", article.text)
                pointed_at = {int(found) for found in re.findall(r"第(\d+)条", own)}
                assert max(pointed_at, default=1) <= max(articles_of(document, version.version, "ja")), number


@pytest.mark.rule("TRM-4")
@pytest.mark.django_db
class TestThePointRules:
    @pytest.mark.parametrize("version", ["2016-04-01", "2022-04-01"])
    def test_say_what_the_program_does_from_the_same_day_on(self, version: str) -> None:
        figures = program.get_version(on=dt.date.fromisoformat(version))
        articles = articles_of(Document.POINT_RULES, version, Language.JAPANESE)

        years, rest = divmod(figures.validity_months, 12)

        assert str(figures.effective_from) == version
        assert (f"{years}年後の応当日が属する月の末日" in articles[9].text, rest) == (True, 0)
        assert ("異なる有効期限を別に定めて加算する" in articles[9].text) == figures.special_expiry_allowed
        assert ("料金支払い" in articles[6].text) == figures.bill_payment_allowed


@pytest.mark.rule("MEM-8")
def test_membership_costs_nothing_but_the_card_companys_own_fee() -> None:
    fees = articles_of(Document.MEMBERSHIP_TERMS, "2016-04-01", Language.JAPANESE)[6].text

    assert "登録費と年会費は無料" in fees
    assert "カード会社の定める年会費" in fees


@pytest.mark.rule("TRM-6")
class TestThePortalTerms:
    def test_give_way_to_the_conditions_of_a_single_service(self) -> None:
        general = articles_of(Document.PORTAL_TERMS, "2017-02-01", Language.JAPANESE)[1].text

        assert "そのサービスについては利用条件等の定めが優先します" in general
        assert "第三者が提供するサービス" in general

    def test_list_what_is_prohibited_and_say_who_pays_for_devices_and_lines(self) -> None:
        articles = articles_of(Document.PORTAL_TERMS, "2017-02-01", Language.JAPANESE)

        assert len(articles[5].items) == 12
        assert "通信機器やソフトウェア" in articles[2].text
        assert "利用者にご負担いただきます" in articles[2].text


@pytest.mark.rule("TRM-5")
class TestTheDeclaration:
    @pytest.mark.parametrize("language", Language)
    def test_is_two_separate_statements(self, language: Language) -> None:
        who_one_is, what_one_does = articles_of(Document.ANTISOCIAL_FORCES_DECLARATION, "2016-04-01", language).values()

        assert len(who_one_is.paragraphs) == 3
        assert len(what_one_does.paragraphs) == 5

    def test_says_the_same_as_the_membership_terms(self) -> None:
        article = articles_of(Document.MEMBERSHIP_TERMS, "2016-04-01", Language.JAPANESE)[15].text
        declared = articles_of(Document.ANTISOCIAL_FORCES_DECLARATION, "2016-04-01", Language.JAPANESE)

        for statement in declared.values():
            for item in re.findall(r"^\d+\. (.+)$", statement.text, flags=re.MULTILINE):
                assert item in article
