"""What counts as a small mistake, and that it is made where it belongs.

usage: python3 -m unittest discover tests/mutants"""
import pathlib, sys, unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from mutants.changes import Reader, mutants_of


def changed(text, messages=False):
    """What the text becomes, by what is said of the change."""
    made = {}
    for mutant in mutants_of("a.rzp", text, messages):
        made.setdefault(mutant.change, []).append(mutant.apply(text))
    return made


def only(text, change):
    return changed(text).get(change, [])


class Changes(unittest.TestCase):
    def test_comparisons_and_operators(self):
        self.assertEqual(only("a == 1 && b", "== → !="), ["a != 1 && b"])
        self.assertEqual(only("a == 1 && b", "&& → ||"), ["a == 1 || b"])
        self.assertEqual(only("a < b", "< → <="), ["a <= b"])
        self.assertEqual(only('a =~ "x"', "=~ → !~"), ['a !~ "x"'])
        self.assertEqual(only("!a", "`!` dropped"), ["a"])
        self.assertEqual(only("a != b", "`!` dropped"), [])
        self.assertFalse([one for one in changed("fn(x) => x |> f") if "<" in one or ">" in one])

    def test_numbers(self):
        self.assertEqual(only("a + 9", "9 → 10"), ["a + 10"])
        self.assertEqual(only("1_000", "1_000 → 1001"), ["1001"])
        self.assertEqual(only("5Gi", "5Gi → 6Gi"), ["6Gi"])
        self.assertEqual(only("0xff", "0xff → 0x100"), ["0x100"])
        self.assertEqual(only("1.5", "1.5 → 2.5"), ["2.5"])

    def test_texts(self):
        self.assertEqual(only('a == "web"', "'web' → 'xweb'"), ['a == "xweb"'])
        self.assertEqual(only('"a-\\(b)-c"', "'a-' → 'xa-'"), ['"xa-\\(b)-c"'])
        self.assertEqual(only('"a-\\(f("d"))-c"', "'d' → 'xd'"), ['"a-\\(f("xd"))-c"'])
        self.assertEqual(only('r"^a$"', "'^a$' → 'x^a$'"), ['r"x^a$"'])
        self.assertEqual(only('r#"say "a""#', "'say \"a\"' → 'xsay \"a\"'"), ['r#"xsay "a""#'])
        self.assertEqual(only('"""\n  one\n  """', "'one' → 'xone'"), ['"""\n  xone\n  """'])
        self.assertEqual(changed('import "./a.rzp"'), {})
        self.assertEqual(changed('# "a" == 1\n## also 2\nx'), {})

    def test_messages_stay(self):
        for text in ('{ assert a else "no 1 \\(b == c)" }', 'std.error("no \\(b == c)")', 'if x then true else "no"', 'x || "no"'):
            said = [change for change in changed(text) if "no" in change or "==" in change]
            self.assertEqual(said, [], text)
            self.assertTrue([change for change in changed(text, messages=True) if "no" in change], text)
        self.assertTrue(only('{ assert a == 1 else "no", b = 2 }', "== → !="))
        self.assertTrue(only('{ assert a == 1 else "no", b = 2 }', "2 → 3"))
        self.assertTrue(only('if x then 1 else "no"', "'no' → 'xno'"))
        self.assertEqual(list(changed('f(fault("a", "no", [1]))')), ["'a' → 'xa'"])
        text = '{\n  about = "no"\n  holds = [1, a == b]\n  find(x) = 2\n}'
        quiet = [mutant.change for mutant in mutants_of("a.rzp", text, quiet=("about", "holds"))]
        self.assertEqual(sorted(quiet), ["2 → 3", "field find dropped", "result → null"])
        text = 'let a = "x"\nlet b = [a]\nlet c = "y"\n{\n  holds = [b, c]\n  find(x) = c\n}'
        quiet = [mutant.change for mutant in mutants_of("a.rzp", text, quiet=("holds",))]
        self.assertEqual(sorted(quiet), ["'y' → 'xy'", "field find dropped", "result → null"])
        text = '{\n  one = {\n    let a = "x"\n    holds = [a]\n  }\n  two = {\n    let a = "y"\n    find = a\n  }\n}'
        quiet = [mutant.change for mutant in mutants_of("a.rzp", text, quiet=("holds",)) if mutant.change.startswith("'")]
        self.assertEqual(quiet, ["'y' → 'xy'"])

    def test_branches(self):
        swap = "branches of `if` swapped"
        self.assertEqual(only("if a == {} then 1 else 2", swap), ["if !(a == {}) then 1 else 2"])
        self.assertEqual(only("if if a then b else c then 1 else 2", swap)[0], "if !(if a then b else c) then 1 else 2")
        self.assertEqual(only("{ if a != [] { b = 1 } }", swap), ["{ if !(a != []) { b = 1 } }"])
        self.assertEqual(only("{ if a == {} { b = 1 } }", swap), ["{ if !(a == {}) { b = 1 } }"])
        self.assertEqual(only("[x for x in xs if x.a && x.b]", swap), ["[x for x in xs if !(x.a && x.b)]"])
        self.assertEqual(only("[x if a, y]", swap), ["[x if !(a), y]"])
        self.assertEqual(only("[\n  x\n  for x in xs\n  if x.a\n    && x.b\n]", swap), ["[\n  x\n  for x in xs\n  if !(x.a\n    && x.b)\n]"])
        self.assertEqual(only("x |> match { n if n > 1 => 2, _ => 3 }", swap), ["x |> match { n if !(n > 1) => 2, _ => 3 }"])

    def test_fields(self):
        self.assertEqual(only("{ a = 1, b = 2 }", "field a dropped"), ["{  b = 2 }"])
        self.assertEqual(only("{ a = 1, b = 2 }", "field b dropped"), ["{ a = 1 }"])
        text = "{\n  default a.b : Int = 1\n  c = {\n    d = 2\n  }\n}\n"
        self.assertEqual(only(text, "field a dropped"), ["{\n  \n  c = {\n    d = 2\n  }\n}\n"])
        self.assertEqual(only(text, "field c dropped"), ["{\n  default a.b : Int = 1\n  \n}\n"])
        self.assertEqual(only(text, "field d dropped"), ["{\n  default a.b : Int = 1\n  c = {\n    \n  }\n}\n"])
        self.assertEqual(only('{ "x/\\(k)" = 1 }', 'field "x/\\(k)" dropped'), ["{  }"])
        self.assertFalse([one for one in changed("let { a, b = c } = x\na") if "dropped" in one])
        self.assertFalse([one for one in changed("x |> match { { a = b } => 1 }") if one == "field match dropped"])
        self.assertFalse([one for one in changed("{ a : Int, [String] : b, ... }") if "dropped" in one])

    def test_elements(self):
        self.assertEqual(only("[1, f(2), 3]", "element f(2) dropped"), ["[1,  3]"])
        self.assertEqual(only('["a"] ++ [...b for b in c]', "element ...b for b in c dropped"), ['["a"] ++ []'])
        self.assertEqual(only("[\n  {\n    a = b\n  }\n  for c in d\n]", "element { dropped"), ["[\n  \n]"])
        self.assertFalse([one for one in changed("a[b] + x?.[c]") if "dropped" in one])
        self.assertFalse([one for one in changed("{ a : [String], [String] : c }") if "dropped" in one])

    def test_results(self):
        self.assertEqual(only("let f(x) = x.a\nf(b)", "result → null"), ["let f(x) = null\nf(b)"])
        self.assertEqual(only("let f(x) =\n  let y = x\n  y.z\nf(b)", "result → null"), ["let f(x) =\n  null\nf(b)"])
        self.assertEqual(only("{\n  f(x, y : Int = c) -> Int = [\n    x\n  ]\n  g = d\n}", "result → []"), ["{\n  f(x, y : Int = c) -> Int = []\n  g = d\n}"])
        self.assertEqual(only("m(xs, fn(x) => { a = x }, y)", "result → {}"), ["m(xs, fn(x) => {}, y)"])
        self.assertEqual(only("let f =\n  fn(x) =>\n    let y = x\n    y\nf", "result → null"), ["let f =\n  fn(x) =>\n    null\nf"])

    def test_no_change_is_made_twice(self):
        places = [(mutant.start, mutant.end, mutant.new) for mutant in mutants_of("a.rzp", "{ a = [1, 2], f(x) = x == 1 }")]
        self.assertEqual(len(places), len(set(places)))


class Places(unittest.TestCase):
    TEXT = '## A file.\nlet a = b\n\nlet f(x) =\n  x == 1\n\n{\n  ## One.\n  one = {\n    two = "z"\n  }\n  three(y) =\n    y < 2\n}\n'

    def test_a_mutant_knows_its_definition(self):
        found = {mutant.change: (mutant.line, mutant.definition) for mutant in mutants_of("a.rzp", self.TEXT)}
        self.assertEqual(found["== → !="], (5, 4))
        self.assertEqual(found["'z' → 'xz'"], (10, 9))
        self.assertEqual(found["< → <="], (13, 12))
        self.assertEqual(found["field three dropped"], (12, 12))

    def test_the_library_is_read_whole(self):
        for file in sorted((ROOT / "stdlib" / "trait").glob("*.rzp")):
            text = file.read_text()
            tokens = Reader(text).tokens
            brackets = [token for token in tokens if token.kind in ("open", "close")]
            self.assertTrue(all(token.pair >= 0 for token in brackets), file)
            self.assertTrue(all(text[token.start : token.end] == token.text for token in tokens), file)


if __name__ == "__main__":
    unittest.main()
