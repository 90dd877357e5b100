"""When counts of instructions fail, and what is written down of them.

usage: python3 -m unittest discover tests/bench"""
import tomllib, unittest

from instructions import PERCENT, judged, table, verdict, written


class Verdicts(unittest.TestCase):
    def test_within_bounds(self):
        self.assertEqual(verdict(1000, 1000), (0, ""))
        self.assertEqual(verdict(1000, 1000 + 10 * PERCENT), (PERCENT, ""))
        self.assertEqual(verdict(1000, 1000 - 10 * PERCENT), (-PERCENT, ""))

    def test_beyond(self):
        self.assertEqual(verdict(1000, 1001 + 10 * PERCENT)[1], "more")
        self.assertEqual(verdict(1000, 999 - 10 * PERCENT)[1], "less")
        self.assertEqual(verdict(None, 5), (None, "new"))


class Judgements(unittest.TestCase):
    def fails(self, known, counts, stale=()):
        said, well = judged(table(known, counts)[1], stale)
        return not well, " ".join(said)

    def test_more_fails_and_names_the_task(self):
        fails, said = self.fails({"fib": 1000, "church": 1000}, {"fib": 1100, "church": 1000})
        self.assertTrue(fails)
        self.assertIn("fib", said)
        self.assertNotIn("church", said)

    def test_less_is_told_and_does_not_fail(self):
        fails, said = self.fails({"fib": 1000}, {"fib": 900})
        self.assertFalse(fails)
        self.assertIn("fib", said)

    def test_a_task_without_a_count_or_a_count_without_a_task_fails(self):
        self.assertTrue(self.fails({}, {"fib": 1000})[0])
        self.assertTrue(self.fails({"fib": 1000}, {"fib": 1000}, ["gone"])[0])

    def test_nothing_is_said_of_what_is_as_it_was(self):
        self.assertEqual(self.fails({"fib": 1000}, {"fib": 1001}), (False, ""))


class Written(unittest.TestCase):
    def test_it_reads_back(self):
        made = {"rustc": "1.0 (a 2000-01-01)", "target": "t", "libc": ""}
        self.assertEqual(tomllib.loads(written(made, {"b": 2, "a": 1})), {**made, "instructions": {"a": 1, "b": 2}})


if __name__ == "__main__":
    unittest.main()
