//! Every code of a message, as rows: its number, its name, what it is about.
//!
//! Each row has a page `docs/errors/E####.md` and a test in `tests/spec/`; `tests/src/tidy.rs`
//! holds the three together. E00xx text, E01xx modules, E02xx names, E04xx evaluation, E05xx
//! contracts, E06xx data read and written, E07xx the command. Lints have the letter W and the same
//! hundreds: W00xx comments, W02xx names, W04xx what a value comes from.

/// Codes above this number are those of lints: 10201 is printed as `W0201`.
const LINTS: u16 = 10_000;

/// A code, e.g. `Code::UnknownName`, printed as `E0201`.
macro_rules! codes {
    ($($name:ident = $number:literal, $about:literal;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $about] $name = $number,)* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// What the code is about, in a few words.
            pub fn about(self) -> &'static str {
                match self { $(Code::$name => $about,)* }
            }
        }
    };
}

codes! {
    Syntax = 1, "a token that does not fit where it stands";
    BadToken = 2, "a character or literal that is no token";
    Unclosed = 3, "a bracket or string without its end";
    BadEscape = 4, "an escape that strings do not have";
    BadNumber = 5, "a number that is not written like one";
    BadPattern = 6, "something that is no pattern, parameter or binding";
    YamlHabit = 7, "`name: value` where `name = value` is meant";
    TooNested = 8, "text nested deeper than the parser goes";
    ImportMissing = 101, "an import of a file that is not there";
    ImportOutside = 102, "an import from outside the project's root";
    ImportKind = 103, "an import of a kind of file that is not read";
    ImportStems = 104, "two files of one glob with the same stem";
    UnknownName = 201, "a name that nothing binds";
    DuplicateField = 202, "two values for one path in the same braces";
    DuplicateName = 203, "two parameters or pattern variables of one name";
    BareField = 204, "a bare name where a field is meant";
    NoSelf = 205, "`self` or `super` outside of braces";
    NamedArgument = 206, "a named argument that no parameter takes";
    Refuted = 301, "a value that can never be in its annotation";
    UnknownField = 401, "a field that the record does not have";
    MissingField = 402, "a required field without a value";
    Conflict = 403, "definitions of one field that disagree";
    Cycle = 404, "a value that needs itself";
    WrongKind = 405, "a value of the wrong kind for an operation";
    Undeclared = 406, "a field that the schema does not declare";
    OutOfRange = 407, "an index outside of the list";
    Arithmetic = 408, "a number operation without a result";
    Arguments = 409, "a call whose arguments do not fit";
    NoMatch = 410, "a value that no arm matches";
    AssertFailed = 411, "an assert that does not hold";
    Raised = 412, "an error that the program raises";
    DepthLimit = 413, "evaluation nested deeper than the limit";
    StepLimit = 414, "evaluation of more steps than the limit";
    MemoryLimit = 415, "evaluation that needs more memory than the limit";
    MarkElsewhere = 416, "`absent` or `std.replace` outside of a field";
    BlockDefines = 417, "a block that defines a field which others name";
    NotPlain = 418, "`==` on values that cannot be compared";
    MissingInput = 419, "an input that is not given, or not asked for";
    BadArgument = 420, "an argument that a library function does not take";
    Refused = 421, "a part of a value that the program refuses";
    Contract = 501, "a value that is not in its annotation";
    AmbiguousUnion = 502, "a union whose members cannot be told apart";
    NotAType = 503, "an annotation that is not a type";
    SecretShown = 504, "a secret where its text would show";
    NoOutput = 601, "a value that the output format cannot hold";
    BadJson = 611, "JSON text with a mistake";
    BadYaml = 612, "YAML text with a mistake";
    BadToml = 613, "TOML text with a mistake";
    BadCsv = 614, "CSV text with a mistake";
    NotUtf8 = 615, "a file that is not UTF-8 text";
    NoProject = 701, "no `services/main.rzp` upwards from here";
    BadBuild = 702, "services that do not make files";
    Differs = 703, "files that differ from what the build makes";
    NotOwned = 704, "a file in the way that the build did not write";
    BadPath = 705, "a path that the value does not have";
    NotFormatted = 706, "a file that is not formatted";
    NoAccess = 707, "a file or folder that the system refuses";
    Unwritable = 708, "a data file that no program can be written for";
    NoGraph = 709, "needs of services that cannot be shown";
    NoRevision = 710, "a revision that Git does not give";
    Unlifted = 711, "manifests that no service can be made of";
    NoStack = 712, "a file that holds no stack of providers";
    NoSecret = 713, "a token or secret that cannot be read";
    Unreachable = 714, "a server that does not answer";
    Denied = 715, "a request that a server refuses";
    Stale = 716, "a plan that the world has left behind";
    Unsafe = 717, "a change that a rule of safety refuses";
    BadPlan = 718, "a plan that cannot be carried out";
    Locked = 719, "a run that is under way, or was cut off";
    Unapplied = 720, "actions that have failed";
    UnknownLint = 10_001, "an `# allow:` of a lint that is not there";
    UselessAllow = 10_002, "an `# allow:` that silences nothing";
    UnusedLet = 10_201, "a `let` that nothing reads";
    UnusedParameter = 10_202, "a parameter that its function does not read";
    UnusedImport = 10_203, "an import that nothing reads";
    Shadowing = 10_204, "a name that hides another one";
    UnusedVariable = 10_205, "a variable of a `for` that no round reads";
    FixedDefault = 10_401, "a `default` that nothing can override";
    DeadArm = 10_402, "an arm of a `match` that no value reaches";
    FrozenOverride = 10_403, "an override that what was computed before does not follow";
    Uncovered = 10_404, "a case that a `match` has no arm for";
    ForeignInterpolation = 10_405, "text that puts a value into a string in other languages";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match (*self as u16).checked_sub(LINTS) {
            Some(lint) => write!(f, "W{lint:04}"),
            None => write!(f, "E{:04}", *self as u16),
        }
    }
}
