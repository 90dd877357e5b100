"""Small mistakes in a program, made on its tokens.

The text has to be laid out by `rzp fmt`: where an item ends is told by brackets, commas and columns. What an import names
stays, for a file that is not there fails every test; so do comments, and the texts of messages unless they are asked for."""
import re
from dataclasses import dataclass

OPEN, CLOSE = "{[(", "}])"
SIGNS = ["...", "|>", "??", "?.", "||", "&&", "==", "!=", "<=", ">=", "=~", "!~", "++", "//", "=>", "->"]
# Functions that tell what is wrong, and behind how many arguments they begin to.
TELLING = {"error": 0, "error_at": 1, "fault": 1}
FLIPPED = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=~": "!~", "!~": "=~", "&&": "||", "||": "&&"}
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<raw>r(?P<hashes>\#*)\".*?\"(?P=hashes))|(?P<quote>\"\"\"|\")"
    r"|(?P<number>\d[0-9A-Za-z_]*(\.\d[0-9A-Za-z_]*)?)|(?P<name>'?[A-Za-z_]\w*)|(?P<sign>" + "|".join(map(re.escape, SIGNS)) + r"|.)",
    re.DOTALL,
)


@dataclass
class Token:
    kind: str  # name, number, sign, text (a whole string), piece (a part of one), open, close
    text: str
    start: int
    line: int
    column: int
    depth: int
    first: bool  # on its line
    pair: int = -1  # of a bracket: the other one
    inside: int = -1  # the bracket around it
    message: bool = False
    example: bool = False  # Or what else is said of a rule.

    @property
    def end(self):
        return self.start + len(self.text)


@dataclass(frozen=True)
class Mutant:
    file: str
    start: int
    end: int
    new: str
    line: int
    text: str  # of the line
    change: str
    definition: int  # the line on which what it is in begins

    def apply(self, whole):
        return whole[: self.start] + self.new + whole[self.end :]

    def told(self):
        return f"{self.file}:{self.line}  {self.change}  |  {self.text}"


class Reader:
    """Text to tokens. Strings with expressions in them are brackets: pieces and expressions lie inside."""

    def __init__(self, text):
        self.text, self.tokens, self.stack, self.line_start, self.line, self.fresh = text, [], [], 0, 1, True
        self.read(0, None)

    def add(self, kind, start, end):
        inside, depth = (self.stack[-1], len(self.stack)) if self.stack else (-1, 0)
        token = Token(kind, self.text[start:end], start, self.line, start - self.line_start, depth, self.fresh, inside=inside)
        if kind == "close" and self.stack:
            opener = self.stack.pop()
            token.depth, token.inside, token.pair = len(self.stack), self.tokens[opener].inside, opener
            self.tokens[opener].pair = len(self.tokens)
        self.tokens.append(token)
        self.fresh = False
        if kind == "open":
            self.stack.append(len(self.tokens) - 1)

    def skip(self, start, end):
        """Lines that end in a piece of text."""
        for at in range(start, end):
            if self.text[at] == "\n":
                self.line, self.line_start, self.fresh = self.line + 1, at + 1, True

    def read(self, at, until):
        """Reads to the end, or to the bracket that closes an expression in a string; gives the place behind it."""
        bottom = len(self.stack)
        while at < len(self.text):
            found = TOKEN.match(self.text, at)
            kind, end = found.lastgroup if found.lastgroup != "hashes" else "raw", found.end()
            text = found.group()
            if kind == "space":
                self.skip(at, end)
            elif kind == "quote":
                end = self.string(at, text)
            elif kind == "raw":
                self.add("raw", at, end)
                self.skip(at, end)
                self.fresh = False
            elif kind in ("name", "number"):
                self.add(kind, at, end)
            elif kind == "sign" and text in OPEN:
                self.add("open", at, end)
            elif kind == "sign" and text in CLOSE:
                self.add("close", at, end)
                if until and len(self.stack) < bottom:
                    return end
            elif kind == "sign":
                self.add("sign", at, end)
            at = end
        return at

    def string(self, start, quote):
        """A string from its quote on: one token, or brackets if there are expressions in it."""
        at, parts, piece = start + len(quote), [], start + len(quote)
        before = len(self.tokens)
        self.add("open", start, at)
        while at < len(self.text) and not self.text.startswith(quote, at):
            if self.text.startswith("\\(", at):
                self.piece(piece, at)
                self.add("open", at, at + 2)
                at = piece = self.read(at + 2, ")")
                parts.append(at)
            elif self.text[at] == "\\":
                at += 2
            else:
                at += 1
        if not parts:
            del self.tokens[before:]
            self.stack.pop()
            self.add("text", start, at + len(quote))
            self.skip(start, at)
            self.fresh = False
        else:
            self.piece(piece, at)
            self.add("close", at, at + len(quote))
        return at + len(quote)

    def piece(self, start, end):
        if end > start:
            self.add("piece", start, end)
            self.skip(start, end)
            self.fresh = False


class Program:
    """A text, and the mutants of it."""

    def __init__(self, file, text, quiet):
        self.file, self.text, self.tokens, self.lines, self.quiet = file, text, Reader(text).tokens, text.split("\n"), quiet
        self.found = []
        self.mark_messages()
        self.definitions = self.definition_lines()

    def mark_messages(self):
        """Texts that people read when something is refused: of asserts and errors, and of contracts, which answer with them."""
        for at, token in enumerate(self.tokens[:-1]):
            behind = self.tokens[at + 1]
            if token.text == "assert" and token.kind == "name":
                end = self.item_end(at)
                others = [i for i in range(at, end) if self.tokens[i].text == "else" and self.tokens[i].depth == token.depth]
                self.mark(others[0] if others else end, end)
            answers = [one.text for one in self.tokens[max(0, at - 2) : at + 1]] == ["then", "true", "else"]
            if (answers or self.is_sign(at, "||")) and (behind.kind == "text" or behind.text.startswith('"')):
                self.mark(at + 1, max(behind.pair, at + 1) + 1)
            if token.text in TELLING and token.kind == "name" and behind.text == "(":
                commas = [i for i in range(at + 2, behind.pair) if self.is_sign(i, ",") and self.tokens[i].inside == at + 1]
                first = at + 1 if TELLING[token.text] == 0 else commas[0] if commas else behind.pair
                self.mark(first, behind.pair)
            if token.text in self.quiet and self.begins(at) and self.is_sign(at + 1, "="):
                self.mark(at, self.item_end(at), example=True)
        if self.quiet:
            self.mark_examples()

    def mark_examples(self):
        """The `let`s that only examples use are a part of these: their names are read nowhere else where they can be seen."""
        left = [at for at, t in enumerate(self.tokens[:-1]) if t.text == "let" and t.first and self.tokens[at + 1].kind == "name"]
        while True:
            unused = [at for at in left if self.is_unread(at)]
            if not unused:
                return
            left = [at for at in left if at not in unused]
            for at in unused:
                self.mark(at, self.item_end(at), example=True)

    def is_unread(self, at):
        around = self.tokens[at].inside
        end = self.tokens[around].pair if around >= 0 else len(self.tokens)
        name = self.tokens[at + 1].text
        same = [i for i in range(at, end) if self.tokens[i].kind == "name" and self.tokens[i].text == name]
        return [i for i in same if not self.tokens[i].example and not self.is_sign(i - 1, ".")] == [at + 1]

    def mark(self, start, end, example=False):
        for token in self.tokens[start:end]:
            token.message, token.example = True, token.example or example

    def definition_lines(self):
        """Where the `let`s in front of what the file gives begin, and the fields of that."""
        outer = [at for at, t in enumerate(self.tokens) if t.depth == t.column == 0 and t.first and t.kind != "close"]
        roots = [at for at in outer if self.tokens[at].text != "let"]
        root = roots[-1] if roots else len(self.tokens)
        inner = [at for at, t in enumerate(self.tokens) if t.depth == 1 and t.first and t.inside >= root and t.kind != "close"]
        fields = [at for at in inner if self.tokens[at].column == self.tokens[self.tokens[at].inside + 1].column]
        return sorted(self.tokens[at].line for at in outer + fields)

    def is_sign(self, at, text):
        return 0 <= at < len(self.tokens) and self.tokens[at].kind == "sign" and self.tokens[at].text == text

    def item_end(self, at):
        """The token behind the item that begins at one: at a comma, at the bracket around it, or at the next item's line."""
        start = self.tokens[at]
        column = start.column if start.first else len(self.lines[start.line - 1]) - len(self.lines[start.line - 1].lstrip())
        for i in range(at + 1, len(self.tokens)):
            token = self.tokens[i]
            if token.depth < start.depth or (token.depth == start.depth and self.is_sign(i, ",")):
                return i
            if token.depth == start.depth and token.kind == "close" and token.pair < at:
                return i
            if token.depth == start.depth and token.first and token.column <= column and token.kind != "close":
                return i
        return len(self.tokens)

    def add(self, first, last, new, change):
        """A mutant that puts `new` in the place of the tokens from `first` to `last`."""
        self.add_text(self.tokens[first].start, self.tokens[last].end, new, change, self.tokens[first])

    def add_text(self, start, end, new, change, at):
        definition = max((line for line in self.definitions if line <= at.line), default=1)
        self.found.append(Mutant(self.file, start, end, new, at.line, self.lines[at.line - 1].strip(), change, definition))

    def mutants(self, messages):
        for at, token in enumerate(self.tokens):
            if token.message and not messages:
                continue
            if token.kind == "sign":
                self.sign(at, token)
            elif token.kind == "number":
                self.number(at, token)
            elif token.kind in ("text", "raw", "piece"):
                self.string(at, token)
            elif token.kind == "name" and token.text == "if":
                self.condition(at)
            elif token.kind == "name" and token.text == "fn":
                self.function(at, at + 1, "=>")
            elif token.kind == "open" and token.text == "{":
                self.fields(at)
            elif token.kind == "open" and token.text == "[":
                self.elements(at)
            if token.kind == "name" and token.text != "fn" and self.begins(at) and self.tokens[at + 1 : at + 2] and self.tokens[at + 1].text == "(" and self.tokens[at + 1].start == token.end:
                self.function(at, at + 1, "=")
        return self.found

    def begins(self, at):
        """Whether a name stands where an item does, `let` and the like in front of it."""
        token = self.tokens[at]
        before = self.tokens[at - 1] if at else None
        return token.first or before.text in ("let", "hidden", "default", "force", "{", ",")

    def sign(self, at, token):
        if token.text in FLIPPED:
            new = FLIPPED[token.text]
            self.add(at, at, new, f"{token.text} → {new}")
        elif token.text == "!":
            self.add(at, at, "", "`!` dropped")

    def number(self, at, token):
        whole = re.fullmatch(r"(0x)?([0-9a-fA-F_]+|\d[\d_]*)(.*)", token.text) if token.text.startswith("0x") else re.fullmatch(r"()(\d[\d_]*)(.*)", token.text)
        prefix, digits, rest = whole.groups()
        value = int(digits.replace("_", ""), 16 if prefix else 10) + 1
        new = f"{prefix or ''}{value:x}{rest}" if prefix else f"{value}{rest}"
        self.add(at, at, new, f"{token.text} → {new}")

    def string(self, at, token):
        if at and self.tokens[at - 1].text == "import":
            return
        quote = re.match(r"r#*\"|\"\"\"|\"|", token.text).group()
        inner = token.text[len(quote) : len(token.text) - len(quote.lstrip("r"))]
        gap = len(inner) - len(inner.lstrip())
        if token.kind == "piece" and gap == len(inner):
            return
        place = token.start + len(quote) + gap
        shown = inner.strip().split("\n")[0][:30]
        self.add_text(place, place, "x", f"{shown!r} → {'x' + shown!r}", token)

    def condition(self, at):
        """`if c` turned into `if !(c)`, which swaps its branches."""
        end = self.condition_end(at)
        if end > at + 1:
            start, stop = self.tokens[at + 1].start, self.tokens[end - 1].end
            self.add_text(start, stop, f"!({self.text[start:stop]})", "branches of `if` swapped", self.tokens[at])

    def condition_end(self, at):
        """The token behind a condition: at `then`, at the braces of a block, or where the element ends that it is of."""
        start, nested = self.tokens[at], 0
        for i in range(at + 1, len(self.tokens)):
            token = self.tokens[i]
            if token.depth > start.depth:
                continue
            if token.depth < start.depth or (token.kind == "close" and token.pair < at) or token.text in (",", "=>"):
                return i
            if token.kind == "name":
                if token.text == "then" and nested == 0 or token.first and token.text in ("for", "if"):
                    return i
                nested += (token.text == "if") - (token.text == "then")
            if token.text == "{" and self.ends_a_value(i - 1) and i > at + 1:
                return i
            if token.first and token.column <= start.column and token.kind != "close" and not (token.kind == "sign" and token.text in ("&&", "||")):
                return i
        return len(self.tokens)

    def ends_a_value(self, at):
        token = self.tokens[at]
        word = token.kind == "name" and token.text not in ("with", "schema", "match", "then", "else", "in", "import", "if")
        return word or token.kind in ("close", "text", "raw", "number")

    def function(self, at, opener, arrow):
        """A function whose result is nothing."""
        if self.tokens[opener].text != "(":
            return
        depth, end = self.tokens[at].depth, self.item_end(at)
        for i in range(self.tokens[opener].pair + 1, end):
            if self.tokens[i].depth == depth and self.is_sign(i, arrow):
                if i + 1 < end:
                    nothing = {"[": "[]", "{": "{}", '"': '""'}.get(self.tokens[i + 1].text[0], "null")
                    self.add(i + 1, end - 1, nothing, f"result → {nothing}")
                return

    def items(self, opener):
        """The first and the last token of what stands between brackets, item by item."""
        closer = self.tokens[opener].pair
        if closer <= opener + 1:
            return []
        column, starts = self.tokens[opener + 1].column, [opener + 1]
        several = self.tokens[opener + 1].first
        for i in range(opener + 2, closer):
            token = self.tokens[i]
            if token.inside != opener or token.kind == "close":
                continue
            if self.is_sign(i - 1, ",") or (several and token.first and token.column == column and token.text not in ("for", "if", "else")):
                starts.append(i)
        ends = [start - 1 for start in starts[1:]] + [closer - 1]
        return [(start, end - 1 if self.is_sign(end, ",") else end) for start, end in zip(starts, ends)]

    def drop(self, first, last, change):
        """Leaves an item out, and a comma beside it."""
        start, end = self.tokens[first].start, self.tokens[last].end
        if self.is_sign(last + 1, ","):
            end = self.tokens[last + 1].end
        elif self.is_sign(first - 1, ","):
            start = self.tokens[first - 1].start
        self.add_text(start, end, "", change, self.tokens[first])

    def fields(self, opener):
        if opener and self.tokens[opener - 1].text in ("let", "match"):
            return
        for first, last in self.items(opener):
            at = first
            while self.tokens[at].text in ("default", "force", "hidden"):
                at += 1
            token = self.tokens[at]
            plain = token.kind in ("name", "text") and token.text not in ("if", "for", "let", "assert")
            computed = token.kind == "open" and token.text == '"'
            has_value = any(self.is_sign(i, "=") and self.tokens[i].inside == opener for i in range(at + 1, last))
            if (plain or computed) and has_value and not self.tokens[first].message:
                name = self.text[token.start : self.tokens[token.pair].end] if computed else token.text
                self.drop(first, last, f"field {name} dropped")

    def elements(self, opener):
        closer = self.tokens[opener].pair
        before = self.tokens[opener - 1] if opener else None
        if before and before.end == self.tokens[opener].start and (before.kind in ("name", "close", "text") or before.text == "?."):
            return  # An index.
        if before and before.text in (":", "->", "|", "&", "let") or self.is_sign(closer + 1, ":") or self.is_sign(closer + 1, "=>"):
            return  # A type, or a pattern.
        for first, last in self.items(opener):
            token = self.tokens[first]
            if first == last and token.kind == "name" and token.text[0].isupper():
                continue
            self.drop(first, last, f"element {self.text[token.start:self.tokens[last].end].split(chr(10))[0][:30]} dropped")


def mutants_of(file, text, messages=False, quiet=()):
    """All mutants of a file, in the order of its text; what the fields in `quiet` hold counts as messages do."""
    seen, kept = set(), []
    for mutant in sorted(Program(file, text, quiet).mutants(messages), key=lambda one: (one.start, one.end, one.new)):
        place = (mutant.start, mutant.end, mutant.new)
        if place not in seen:
            seen.add(place)
            kept.append(mutant)
    return kept
