//! The tree: enums in an arena, children by id, spans in a table beside it.
//!
//! The tree keeps what the formatter needs to print the text again (groups, shorthands, function
//! sugar) and leaves out what the text's own trivia table knows (comments, blank lines). What the
//! parser could not read is an `Error` node: every later phase passes over it in silence, because
//! the parser has already said what is wrong.

use crate::base::arena::IndexVec;
use crate::base::span::Span;
use crate::base::symbol::Symbol;
use crate::new_id;
use num_bigint::BigInt;
use std::rc::Rc;

new_id!(
    /// An expression of one file, e.g. `ExprId(3)`.
    ExprId
);

/// One file's tree.
#[derive(Debug, Clone)]
pub struct Ast {
    exprs: IndexVec<ExprId, Expr>,
    spans: IndexVec<ExprId, Span>,
    pub root: ExprId,
}

impl Ast {
    pub fn new(mut exprs: IndexVec<ExprId, Expr>, mut spans: IndexVec<ExprId, Span>, root: Option<ExprId>) -> Ast {
        let root = root.unwrap_or_else(|| {
            spans.push(Span::default());
            exprs.push(Expr::Error)
        });
        Ast { exprs, spans, root }
    }

    #[inline]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id]
    }

    #[inline]
    pub fn span(&self, id: ExprId) -> Span {
        self.spans[id]
    }

    pub fn pattern_span(&self, pattern: &Pattern) -> Span {
        match pattern {
            Pattern::Error => Span::default(),
            Pattern::Any(span) | Pattern::Record { span, .. } | Pattern::List { span, .. } => *span,
            Pattern::Bind(name) => name.span,
            Pattern::Test(expr) => self.span(*expr),
        }
    }

    pub fn len(&self) -> usize {
        self.exprs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }
}

/// A name where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Name {
    pub symbol: Symbol,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// What the parser could not read.
    Error,
    Null,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt(Box<BigInt>),
    Float(f64),
    /// A string; one without interpolation has at most one part.
    Str(Box<[StrPart]>),
    Name(Symbol),
    /// `'a`
    TypeVar(Symbol),
    SelfRef,
    SuperRef,
    /// `(e)`
    Group(ExprId),
    /// `(e : T)`
    Annotated {
        expr: ExprId,
        ty: ExprId,
    },
    List(Box<[Elem]>),
    Record(Box<[Item]>),
    /// `schema { … }`
    Schema(Box<[Item]>),
    /// `import "path"`
    Import(Rc<str>),
    Match(Box<[Arm]>),
    Let {
        bind: Box<Bind>,
        body: ExprId,
    },
    If {
        cond: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    Fn(Box<Function>),
    /// `fn(A, B) -> C` without a body
    FnType {
        params: Box<[TypeParam]>,
        result: ExprId,
    },
    Call {
        callee: ExprId,
        args: Box<[Arg]>,
    },
    /// `e.name`, or `e?.name` if `optional`
    Field {
        base: ExprId,
        name: PathPart,
        optional: bool,
    },
    /// `xs[i]`
    Index {
        base: ExprId,
        index: ExprId,
    },
    /// `T?`
    Nullable(ExprId),
    Unary {
        op: UnaryOp,
        expr: ExprId,
    },
    /// `>=1`, `=~"^a"`: a comparison without its left side, which is a type
    Constraint {
        op: BinaryOp,
        expr: ExprId,
    },
    Binary {
        op: BinaryOp,
        lhs: ExprId,
        rhs: ExprId,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum StrPart {
    /// Text after escapes and indentation are dealt with.
    Text(Rc<str>),
    /// `\(expr)`. In a `"""` block, `indent` is the indentation (in characters, after the common one is
    /// taken off) of the line that the interpolation stands on: an interpolated text with several
    /// lines gets it on each line but the first. `None` outside of blocks.
    Expr { expr: ExprId, indent: Option<u32> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Negate,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `|>`
    Pipe,
    /// `??`
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    /// `=~`
    Matches,
    /// `!~`
    NotMatches,
    /// `|`
    Union,
    /// `&`
    Merge,
    With,
    Add,
    Subtract,
    /// `++`
    Concat,
    Multiply,
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
}

/// An element of a list: `e`, `...e`, each with the clauses that repeat or drop it.
#[derive(Debug, Clone, PartialEq)]
pub struct Elem {
    pub spread: bool,
    pub value: ExprId,
    pub clauses: Box<[Clause]>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    For { names: Box<[Name]>, source: ExprId },
    If(ExprId),
}

/// `let pattern : T = value`, or `let f(x) -> T = body`, whose value is the `Fn`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bind {
    pub pattern: Pattern,
    pub ty: Option<ExprId>,
    pub value: ExprId,
    /// Written `f(x) = …`: the name is seen inside the value.
    pub function: bool,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub params: Box<[Param]>,
    pub result: Option<ExprId>,
    pub body: ExprId,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// A `Bind` or a `Record`.
    pub pattern: Pattern,
    pub ty: Option<ExprId>,
    pub default: Option<ExprId>,
    pub span: Span,
}

/// A parameter of a function type: `A`, or `name : A`; with `optional`, one that has a default (`A = …`).
#[derive(Debug, Clone, PartialEq)]
pub struct TypeParam {
    pub name: Option<Name>,
    pub ty: ExprId,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// `f(name = value)`
    pub name: Option<Name>,
    pub value: ExprId,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub pattern: Pattern,
    pub guard: Option<ExprId>,
    pub body: ExprId,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    Error,
    /// `_`
    Any(Span),
    Bind(Name),
    /// A literal, a type or a constraint: the value must be in it.
    Test(ExprId),
    /// `{ a, b = p, c : T = d, ... }`
    Record {
        fields: Box<[FieldPattern]>,
        open: bool,
        span: Span,
    },
    /// `[a, b, ...rest]`
    List {
        items: Box<[Pattern]>,
        rest: Option<Option<Name>>,
        span: Span,
    },
}

/// `name`, `name : T`, `name = p` (in `match`, where p is a pattern; elsewhere it is a default).
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPattern {
    pub name: Name,
    /// `Bind(name)` if nothing else is said.
    pub pattern: Pattern,
    pub ty: Option<ExprId>,
    pub default: Option<ExprId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Default,
    Plain,
    Force,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Error,
    Field(Box<Field>),
    /// `default { … }`, `force { … }`: `record` is an `Expr::Record`.
    Block {
        class: Class,
        record: ExprId,
    },
    Let(Box<Bind>),
    Assert {
        cond: ExprId,
        message: ExprId,
    },
    /// `if c { … } else { … }`; an `else if` is one nested `If` item.
    If {
        cond: ExprId,
        then: Box<[Item]>,
        otherwise: Box<[Item]>,
    },
    For {
        names: Box<[Name]>,
        source: ExprId,
        body: Box<[Item]>,
    },
    /// `[String] : T = v`
    Rest {
        key: ExprId,
        ty: ExprId,
        value: Option<ExprId>,
    },
    /// `...`
    Open(Span),
    Spread(ExprId),
}

/// `mods path? : T = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub class: Option<Class>,
    pub hidden: bool,
    pub path: Box<[PathPart]>,
    pub optional: bool,
    pub ty: Option<ExprId>,
    pub value: Option<ExprId>,
    pub sugar: Sugar,
    /// The whole item.
    pub span: Span,
    /// The text of the `##` comments above it, without the marks, lines joined by line breaks.
    pub doc: Option<Rc<str>>,
}

/// How a field was written, where that is more than `path = value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sugar {
    None,
    /// `{ d }`: the value is the `Name` d.
    Shorthand,
    /// `f(x) = body`: the value is the `Fn`.
    Function,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PathPart {
    pub key: Key,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Key {
    Static(Symbol),
    /// A string with interpolation; the expression is the `Str`.
    Computed(ExprId),
}
