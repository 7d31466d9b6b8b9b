"""Every rule that is built has its proof, and the page that says so is up to date."""

import re
from collections import Counter

from tests.docs import rules_table
from tests.docs.rules_table import CHECKOUT

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

    def test_marks_name_known_ones(self) -> None:
        assert set(rules_table.find_marks()) - known_ids() == set()

    def test_code_cites_known_ones(self) -> None:
        cited = {
            found
            for path in (CHECKOUT / "src").rglob("*.py")
            for found in _CITED.findall(path.read_text(encoding="utf-8"))
        }

        assert cited - known_ids() == set()


class TestPage:
    def test_is_written_from_rules_and_marks(self) -> None:
        page = rules_table.page(rules_table.read_parts(), rules_table.find_marks())

        assert rules_table.PAGE.read_text(encoding="utf-8") == page, "Write it anew: make rules"


class TestMarks:
    def test_are_found_on_modules_classes_and_functions(self) -> None:
        source = (
            'pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-1")]\n'
            '@pytest.mark.rule("ACC-2", "ACC-3")\nclass TestAll:\n'
            '    @pytest.mark.rule("ACC-4")\n    def test_one(self): ...\n'
        )

        assert sorted(rules_table.marks_in(source)) == ["ACC-1", "ACC-2", "ACC-3", "ACC-4"]

    def test_text_that_looks_like_one_is_none(self) -> None:
        assert list(rules_table.marks_in("WORDS = \"pytest.mark.rule('ACC-1')\"")) == []
