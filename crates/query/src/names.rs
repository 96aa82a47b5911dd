//! What a statement may name: tables, their columns, and what kind of value each holds.

/// What a column or expression holds, as far as the translation cares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Kind {
    /// Text.
    Text,
    /// Text of a moment in UTC with whole seconds, `2021-03-01T00:00:00Z`: sorts like the moment it names.
    Moment,
    /// Text of a day, `2021-03-01`.
    DashDay,
    /// Text of a day, `2021/03/01`, as the partitions of Athena tables have it.
    SlashDay,
    /// Text that is a JSON document, where Athena has a string and CloudTrail Lake a map.
    JsonText,
    /// A value of the JSON type of Trino, which is JSON text as well.
    Json,
    /// Text of a network address or network: compared as the address it is.
    Address,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A timestamp.
    Timestamp,
    /// A date.
    Date,
    /// A span of time.
    Interval,
    /// A list of values.
    List(Box<Kind>),
    /// A map from text to values.
    Map(Box<Kind>),
    /// A structure of named fields.
    Struct(Vec<Column>),
    /// Not known.
    #[default]
    Unknown,
}

impl Kind {
    /// A list of values.
    pub fn list(of: Kind) -> Kind {
        Kind::List(Box::new(of))
    }

    /// A map from text to values.
    pub fn map(to: Kind) -> Kind {
        Kind::Map(Box::new(to))
    }

    /// Whether it is text in storage.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Kind::Text | Kind::Moment | Kind::DashDay | Kind::SlashDay | Kind::JsonText | Kind::Address)
    }

    /// What an element of it holds.
    pub(crate) fn element(&self) -> Kind {
        match self {
            Kind::List(of) | Kind::Map(of) => (**of).clone(),
            Kind::Json => Kind::Json,
            _ => Kind::Unknown,
        }
    }

    /// What a field of it holds.
    pub(crate) fn field(&self, name: &str) -> Option<&Column> {
        match self {
            Kind::Struct(fields) => fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)),
            _ => None,
        }
    }
}

/// A column of a table, or a field of a structure. Names are lower case in storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column; the name is made lower case.
    pub fn new(name: &str, kind: Kind) -> Column {
        Column { name: name.to_ascii_lowercase(), kind }
    }
}

/// A table or view that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name in the engine, possibly with a schema before a dot.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column that tables of other makers have and ours do not need to keep: a function of our columns gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// Its name, lower case.
    pub name: String,
    /// The function that gives it.
    pub function: String,
    /// The columns that the function takes, in its order. A table has the computed column when it has all of these.
    pub columns: Vec<String>,
    /// What it holds.
    pub kind: Kind,
}

/// The tables that a statement may read.
///
/// A table called `cloudtrail` stands for every name that published CloudTrail queries use. The translation expects of it: `eventtime`
/// is a [`Kind::Moment`]; `requestparameters` and its like are [`Kind::JsonText`]; `timestamp` is a [`Kind::SlashDay`] and `day` a
/// [`Kind::DashDay`]; `year` and `month` are text of four and two digits; `account` and `region` are text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The tables and views.
    pub tables: Vec<Table>,
    /// Functions that end a query over a bad row and have a twin named `try_…` that answers null: what `TRY` makes of them.
    pub forgiven: Vec<String>,
    /// Columns that are made where a statement names them, and not by `*`.
    pub computed: Vec<Computed>,
}

impl Names {
    /// No tables.
    pub fn new() -> Names {
        Names::default()
    }

    /// The same and one more table.
    pub fn with(mut self, name: &str, columns: Vec<Column>) -> Names {
        self.tables.push(Table { name: name.to_ascii_lowercase(), aliases: Vec::new(), columns });
        self
    }

    /// The table of that name or alias.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let named = |table: &&Table| table.name.eq_ignore_ascii_case(name);
        let aliased = |table: &&Table| table.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name));
        self.tables.iter().find(named).or_else(|| self.tables.iter().find(aliased))
    }

    /// Every name of a column or field, for suggestions.
    pub fn column_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.tables.iter().for_each(|table| gather(&table.columns, &mut names));
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn gather<'n>(columns: &'n [Column], names: &mut Vec<&'n str>) {
    for column in columns {
        names.push(&column.name);
        let mut kind = &column.kind;
        while let Kind::List(of) | Kind::Map(of) = kind {
            kind = of;
        }
        if let Kind::Struct(fields) = kind {
            gather(fields, names);
        }
    }
}
