"""Every rule that is built has its proof, and the page that says so is up to date."""

import re
from collections import Counter

from tests.docs import rules_table
from tests.docs.rules_table import CHECKOUT, Part, Rule

_CITED = re.compile(r"\b(?:MEM|CRD|END|TRM|ACC|BAL|EXP|RED|SUS|NTC|PRV|REG|ENE|SET|FIL|STF|SCR)-[0-9]+\b")


def known_ids() -> set[str]:
    return {rule.id for rule in rules_table.read_rules()}


class TestRules:
    def test_each_has_one_entry(self) -> None:
        counted = Counter(rule.id for rule in rules_table.read_rules())

        assert [rule_id for rule_id, times in counted.items() if times > 1] == []

    def test_built_ones_are_proved(self) -> None:
        marks = rules_table.find_marks()

        assert [rule.id for rule in rules_table.read_rules() if rule.built and rule.id not in marks] == []

    def test_only_built_ones_say_what_they_lack(self) -> None:
        assert [rule.id for rule in rules_table.read_rules() if rule.missing and not rule.built] == []

    def test_marks_name_known_ones_or_invariants(self) -> None:
        assert set(rules_table.find_marks()) - known_ids() - set(rules_table.read_invariants()) == set()

    def test_code_cites_known_ones(self) -> None:
        cited = {
            found
            for path in (CHECKOUT / "src").rglob("*.py")
            for found in _CITED.findall(path.read_text(encoding="utf-8"))
        }

        assert cited - known_ids() == set()

    def test_built_ones_of_earning_and_the_balance_are_cited_where_they_are_carried_out(self) -> None:
        cited = rules_table.find_citations()
        built = {rule.id for rule in rules_table.read_rules() if rule.built and rule.id[:3] in {"ACC", "BAL"}}

        assert built - cited.keys() == set()


class TestInvariants:
    def test_are_cited_by_the_code(self) -> None:
        assert rules_table.read_invariants() == [f"I{number}" for number in range(1, 12)]
        assert set(rules_table.read_invariants()) - rules_table.find_citations().keys() == set()


class TestPage:
    def test_is_written_from_rules_docstrings_and_marks(self) -> None:
        page = rules_table.page(rules_table.read_parts(), rules_table.find_marks(), rules_table.find_citations())

        assert rules_table.PAGE.read_text(encoding="utf-8") == page, "Write it anew: make rules"

    def test_shows_a_rule_with_its_state_and_its_proof(self) -> None:
        rule = Rule("ACC-1", "Points are given.", "P3", built=True, missing="much")
        idle = Rule("ACC-2", "Nothing.", "ours", built=False)
        test, code = CHECKOUT / "tests" / "earning" / "test_accrue.py", rules_table.SOURCE / "earning" / "models.py"
        marks = {"ACC-1": {test: ["TestASale", "TestABill"]}}

        page = rules_table.page([Part("Earning", (rule, idle))], marks, {"ACC-1": [code] * 5})

        assert "| [ACC-1](#acc-1) | Points are given. *Not yet:* much. | P3 | in part |\n" in page
        assert "| ACC-2 | Nothing. | ours | not yet |\n" in page
        linked = "[earning/models](../src/pointclub/earning/models.py)"
        assert f"### ACC-1\n\nCode: {linked}, {linked}, {linked}, 2 more.\n" in page
        assert "\nTests: [earning/accrue](../tests/earning/test_accrue.py) (TestASale, TestABill).\n" in page


class TestMarks:
    def test_are_found_on_modules_classes_and_functions(self) -> None:
        source = (
            'pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-1")]\n'
            '@pytest.mark.rule("ACC-2", "ACC-3")\nclass TestAll:\n'
            '    @pytest.mark.rule("ACC-4")\n    def test_one(self): ...\n'
            '@pytest.mark.rule("ACC-5")\ndef test_alone(): ...\n'
        )

        assert list(rules_table.marks_in(source)) == [
            ("ACC-1", ""),
            ("ACC-2", "TestAll"),
            ("ACC-3", "TestAll"),
            ("ACC-4", "TestAll"),
            ("ACC-5", ""),
        ]

    def test_text_that_looks_like_one_is_none(self) -> None:
        assert list(rules_table.marks_in("WORDS = \"pytest.mark.rule('ACC-1')\"")) == []


class TestCitations:
    def test_are_found_in_docstrings_alone(self) -> None:
        source = '"""Rules (ACC-1)."""\n# ACC-2\nWORDS = "ACC-3"\ndef act():\n    """Do it (ACC-4, I5)."""\n'

        assert list(rules_table.citations_in(source)) == ["ACC-1", "ACC-4", "I5"]

    def test_of_a_range_of_invariants_are_each_of_them(self) -> None:
        assert list(rules_table.citations_in('"""Invariants I1-I3, I10."""')) == ["I1", "I2", "I3", "I10"]

    def test_in_rules_come_before_those_in_services_and_the_rest(self) -> None:
        files = rules_table.find_citations()["ACC-3"]
        folders = [path.parent.name for path in files]

        assert folders.index("rules") < folders.index("services") < folders.index("models")
