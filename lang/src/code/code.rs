//! What the evaluator runs: compact nodes without names, made once per file.
//!
//! A `Code` is a node of sixteen bytes that refers to others by number. A `Proto` is a piece of code
//! that runs in a frame of its own (a function's body, a suspended argument, a field): it lists the
//! variables it closes over. A `Template` is what one pair of braces makes records from.

use crate::base::arena::IndexVec;
use crate::base::shape::Shape;
use crate::base::span::{FileId, Loc};
use crate::base::symbol::Symbol;
use crate::new_id;
use crate::syntax::ast::Class;
use num_bigint::BigInt;
use std::rc::Rc;

new_id!(
    /// A node, e.g. `CodeId(40)`.
    CodeId
);
new_id!(
    /// A piece of code with a frame of its own.
    ProtoId
);
new_id!(
    /// A literal's value.
    ConstId
);
new_id!(
    /// A function of the core library: its row, e.g. `NativeId(12)`.
    NativeId
);
new_id!(
    /// The braces that make records, e.g. `TemplateId(3)`.
    TemplateId
);
new_id!(
    /// The arguments of one call.
    CallId
);
new_id!(
    /// A row of nodes or parts that one node needs: elements, text parts, arms.
    RowId
);

/// A node. Where a `CodeId` is to be *delayed* rather than run (an argument, an element, a `let`'s
/// value), it is one of those that make a value without running anything, or a `Delay`.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    Null,
    Bool(bool),
    Int(i64),
    Const(ConstId),
    Absent,
    /// A slot of the frame.
    Local(u32),
    /// A variable closed over.
    Capture(u32),
    /// `self`, in the code of a field.
    This,
    /// A private `let` of the braces, in the code of a field.
    RecordLet(u32),
    /// `super`, in the code of a field.
    Super,
    /// The function that is running.
    Callee,
    Delay {
        proto: ProtoId,
        eager: Option<CodeId>,
    },
    MakeFn(ProtoId),
    MakeRecord(TemplateId),
    /// A record with a computed name: nothing if the key is `null`.
    MakeNamed {
        template: TemplateId,
        key: CodeId,
    },
    MakeList(RowId),
    /// An argument that the library's function computes before all else: it need not be suspended.
    Now(CodeId),
    /// A list with clauses or spreads: the proto's code is a `Collect`.
    LazyList(ProtoId),
    Collect(RowId),
    Join(RowId),
    Let {
        slot: u32,
        value: CodeId,
        body: CodeId,
    },
    If {
        cond: CodeId,
        then: CodeId,
        otherwise: CodeId,
    },
    And(CodeId, CodeId),
    Or(CodeId, CodeId),
    Coalesce(CodeId, CodeId),
    Not(CodeId),
    Negate(CodeId),
    Arith(Arith, CodeId, CodeId),
    Compare(Compare, CodeId, CodeId),
    Concat(CodeId, CodeId),
    Merge(CodeId, CodeId),
    With(CodeId, CodeId),
    Field {
        base: CodeId,
        name: Symbol,
    },
    /// `e?.name`
    OptField {
        base: CodeId,
        name: Symbol,
    },
    /// A field, or the default where it is absent: what a destructuring `{ a = d }` binds.
    FieldOr {
        base: CodeId,
        name: Symbol,
        default: CodeId,
    },
    Index {
        base: CodeId,
        index: CodeId,
    },
    /// The elements of a list from a place on.
    Rest {
        base: CodeId,
        from: u32,
    },
    Call {
        callee: CodeId,
        args: CallId,
    },
    /// A call whose value is the function's: it takes over the frame.
    TailCall {
        callee: CodeId,
        args: CallId,
    },
    Match {
        slot: u32,
        arms: RowId,
    },
    Import(RowId),
    TypeVar(Symbol),
    Union(CodeId, CodeId),
    Nullable(CodeId),
    Constraint(Compare, CodeId),
    FnType(RowId),
    /// An annotation that reads nothing around it.
    Once(ProtoId),
    /// `e : T`; what is bound to a name goes by it in messages, anything else by the empty one.
    Check {
        value: CodeId,
        ty: CodeId,
        name: Symbol,
    },
    /// A default that could not be filled in before the function ran.
    LetDefault {
        slot: u32,
        value: CodeId,
        body: CodeId,
    },
    /// A parameter's annotation, at the beginning of a function.
    CheckParam {
        slot: u32,
        ty: CodeId,
        body: CodeId,
    },
    /// A function's result on its way out.
    CheckResult {
        value: CodeId,
        ty: CodeId,
    },
    /// A definition that tells that it is used: its place is that of this node.
    Watched(CodeId),
    /// What the parser could not read; such code never runs.
    Error,
}

const _: () = assert!(size_of::<Code>() == 16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arith {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
}

impl Arith {
    pub fn sign(self) -> &'static str {
        match self {
            Arith::Add => "+",
            Arith::Subtract => "-",
            Arith::Multiply => "*",
            Arith::Divide => "/",
            Arith::FloorDivide => "//",
            Arith::Modulo => "%",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Matches,
    NotMatches,
}

impl Compare {
    pub fn sign(self) -> &'static str {
        match self {
            Compare::Equal => "==",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::Greater => ">",
            Compare::LessEqual => "<=",
            Compare::GreaterEqual => ">=",
            Compare::Matches => "=~",
            Compare::NotMatches => "!~",
        }
    }
}

/// A value known before the run.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    Text(Rc<str>),
    Big(Rc<BigInt>),
    Float(f64),
    /// Brackets around scalars, with the row of their codes.
    List(Rc<[Const]>, RowId),
    Null,
    Bool(bool),
    Int(i64),
    Native(NativeId),
    /// `std`
    Library,
    Type(BaseType),
}

/// The types that the prelude names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseType {
    Any,
    Int,
    Float,
    Number,
    String,
    Bool,
}

/// Where a captured variable is found when the capture is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Local(u32),
    Capture(u32),
    This,
    RecordLet(u32),
    Super,
    Callee,
}

#[derive(Debug)]
pub struct Proto {
    pub code: CodeId,
    pub captures: Box<[Source]>,
    pub locals: u32,
    pub params: Box<[ParamCode]>,
    pub name: Option<Symbol>,
    pub loc: Loc,
}

#[derive(Debug)]
pub struct ParamCode {
    /// What a named argument says; a destructured parameter has none.
    pub name: Option<Symbol>,
    pub default: Default,
}

/// What takes the place of an argument that is not given: code to be delayed in the callee's frame.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    Needed,
    Given(CodeId),
    /// Filled in by `Code::LetDefault` when the function runs; until then the slot is pending.
    InBody(CodeId),
}

#[derive(Clone, Copy, Debug)]
pub struct CallSite {
    /// Into `Program::args`.
    pub start: u32,
    pub len: u16,
    pub positional: u16,
    /// Into `Program::names`: the names of those after the positional ones.
    pub names: u32,
}

/// A row that one node needs.
#[derive(Debug, Clone)]
pub enum Row {
    Codes(Rc<[CodeId]>),
    Text(Rc<[TextPart]>),
    Elems(Rc<[ElemCode]>),
    Arms(Rc<[ArmCode]>),
    FnType(Rc<FnTypeCode>),
    Import { file: FileId, path: Rc<str> },
}

#[derive(Debug)]
pub enum TextPart {
    Text(Rc<str>),
    Code { code: CodeId, indent: u32 },
}

/// How an element comes into its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// Computed when it is read.
    Lazy,
    /// Computed with the list: what a block makes.
    Now,
    /// `...xs`
    Spread,
}

#[derive(Debug)]
pub struct ElemCode {
    pub kind: Element,
    pub value: CodeId,
    pub clauses: Box<[ClauseCode]>,
}

#[derive(Debug)]
pub enum ClauseCode {
    For { source: CodeId, key: Option<u32>, value: u32 },
    If(CodeId),
}

#[derive(Debug)]
pub struct ArmCode {
    pub pattern: PatternCode,
    pub guard: Option<CodeId>,
    pub body: CodeId,
}

#[derive(Debug)]
pub enum PatternCode {
    Any,
    Bind(u32),
    Test(CodeId),
    Record { fields: Box<[FieldTest]>, open: bool },
    List { items: Box<[PatternCode]>, rest: Option<Option<u32>> },
}

#[derive(Debug)]
pub struct FieldTest {
    pub name: Symbol,
    pub pattern: PatternCode,
    pub ty: Option<CodeId>,
}

#[derive(Debug)]
pub struct FnTypeCode {
    pub params: Box<[FnParamCode]>,
    pub result: CodeId,
}

#[derive(Debug)]
pub struct FnParamCode {
    pub name: Option<Symbol>,
    pub ty: CodeId,
    pub optional: bool,
}

/// One pair of braces.
#[derive(Debug)]
pub struct Template {
    /// The names that stand in the text outside of blocks.
    pub shape: Rc<Shape>,
    /// In the order of the shape.
    pub fields: Box<[FieldCode]>,
    pub blocks: Box<[Block]>,
    /// The lets that read `self`.
    pub lets: Box<[ProtoId]>,
    pub asserts: Box<[AssertCode]>,
    pub captures: Box<[Source]>,
    pub rest: Option<RestCode>,
    /// It stands in `schema { … }`.
    pub schema: bool,
    /// `schema` without `...`: fields not declared are refused.
    pub closed: bool,
    /// It has `...`.
    pub open: bool,
    /// Made of a path `a.b = …`, not of braces.
    pub path: bool,
    /// Its one field goes by a computed name, that of the record.
    pub renamed: bool,
    /// Some field is hidden, here or in the braces of an `if`.
    pub hides: bool,
    /// Nothing to look at before the first read: no schema, no assert.
    pub plain: bool,
    /// Every field's value is made together with the record.
    pub direct: bool,
    /// Its fields are the same whatever it is merged with: no `self`, `super`, class, annotation,
    /// assert or mark, in its blocks neither.
    pub alone: bool,
    /// How many fields have a slot for the value before its annotation.
    pub raws: u32,
    pub loc: Loc,
}

impl Template {
    /// How many slots a record of these braces has.
    pub fn slots(&self) -> usize {
        self.fields.len() + self.raws as usize
    }
}

#[derive(Debug)]
pub struct FieldCode {
    pub name: Symbol,
    pub class: Option<Class>,
    pub hidden: bool,
    pub optional: bool,
    pub value: FieldValue,
    /// The annotations, each the code of a field.
    pub types: Box<[TypeCode]>,
    /// The value of these braces, if no other definition takes its place, is known to pass all of `types`.
    pub proved: bool,
    /// The slot of the value before its annotation is checked, where that can be shared.
    pub raw: Option<u32>,
    /// The name and, if there is one, the value.
    pub loc: Loc,
    pub value_loc: Loc,
    pub doc: Option<Rc<str>>,
}

#[derive(Debug, Clone, Copy)]
pub enum FieldValue {
    /// An annotation alone.
    None,
    /// Made together with the record, in the frame around the braces.
    Direct(CodeId),
    /// To be run when read. `eager` may give the value at once, in the frame around the braces.
    Code { proto: ProtoId, reads_self: bool, reads_super: bool, eager: Option<CodeId> },
}

#[derive(Debug, Clone, Copy)]
pub struct TypeCode {
    pub proto: ProtoId,
    pub loc: Loc,
}

#[derive(Debug)]
pub struct RestCode {
    pub key: ProtoId,
    pub ty: TypeCode,
    /// What every other field starts from; a template of one field.
    pub value: Option<FieldCode>,
}

#[derive(Debug)]
pub struct AssertCode {
    pub cond: ProtoId,
    pub message: ProtoId,
    pub loc: Loc,
}

/// A part of braces that has to be run to know what is in it.
#[derive(Debug)]
pub struct Block {
    pub kind: BlockKind,
    /// The names that stand in it.
    pub names: Box<[Symbol]>,
    /// It is `...e`.
    pub spread: bool,
    /// It may also make names that do not stand in it.
    pub computed: bool,
    /// Its head reads `self`: it may not define what others name.
    pub reads_self: bool,
    pub reads_super: bool,
    /// What it makes is the same whatever the braces are merged with, as `Template::alone`.
    pub alone: bool,
    /// It may hold asserts or schemas, which the final record has to look at.
    pub watched: bool,
    /// How many fields of the braces stand in front of it.
    pub at: u32,
    pub loc: Loc,
}

impl Block {
    /// Whether the braces of an `if` hide a field. What other blocks give is seen when they have run.
    pub fn hides(&self) -> bool {
        match &self.kind {
            BlockKind::If { then, otherwise, .. } => then.hides || otherwise.as_ref().is_some_and(|part| part.hides),
            BlockKind::Expand(_) => false,
        }
    }
}

#[derive(Debug)]
pub enum BlockKind {
    If {
        cond: ProtoId,
        then: Rc<Template>,
        otherwise: Option<Rc<Template>>,
    },
    /// `for`, a spread, a computed name: the proto gives a list of records.
    Expand(ProtoId),
}

/// All code of a run; files add to it as they are first imported.
#[derive(Debug, Default)]
pub struct Program {
    pub codes: IndexVec<CodeId, Code>,
    pub locs: IndexVec<CodeId, Loc>,
    pub protos: IndexVec<ProtoId, Proto>,
    pub consts: IndexVec<ConstId, Const>,
    pub templates: IndexVec<TemplateId, Rc<Template>>,
    pub calls: IndexVec<CallId, CallSite>,
    pub args: Vec<CodeId>,
    pub names: Vec<(Symbol, Loc)>,
    pub rows: IndexVec<RowId, Row>,
}

impl Program {
    /// Whether the code of a field may give `absent`.
    pub fn may_be_mark(&self, code: CodeId) -> bool {
        match self.codes[code] {
            Code::Absent => true,
            Code::If { then, otherwise, .. } => self.may_be_mark(then) || self.may_be_mark(otherwise),
            Code::Let { body, .. } | Code::Watched(body) => self.may_be_mark(body),
            Code::Coalesce(left, right) => self.may_be_mark(left) || self.may_be_mark(right),
            Code::Call { callee, .. } => match self.codes[callee] {
                Code::MakeFn(proto) => self.may_be_mark(self.protos[proto].code),
                _ => false,
            },
            Code::Match { arms, .. } => match &self.rows[arms] {
                Row::Arms(arms) => arms.iter().any(|arm| self.may_be_mark(arm.body)),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a field is the same whatever its braces are merged with.
    pub fn is_alone(&self, field: &FieldCode) -> bool {
        let code = match field.value {
            FieldValue::Direct(code) => code,
            FieldValue::Code { proto, reads_self: false, reads_super: false, .. } => self.protos[proto].code,
            FieldValue::None | FieldValue::Code { .. } => return false,
        };
        let bare = field.class.is_none() && !field.hidden && !field.optional && field.types.is_empty();
        bare && !self.may_be_mark(code)
    }
}
