//! What the database is really asked: every statement is recorded while clauses of this program
//! run, and read. One that looks for rows of a tenant's table has to name the tenant, so that a
//! cluster which keeps each tenant on one node asks that node alone.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

use std::ops::ControlFlow;
use std::process::Command;

use gridwhistle_cluster::{Cluster, Settings};
use sqlparser::ast::{
    BinaryOperator, CopySource, Expr, FromTable, Insert, ObjectName, Query, Select, SetExpr,
    Statement, TableFactor, TableObject, TableWithJoins, Value, Visit, Visitor,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// Statements over all tenants, and what for.
const OVER_ALL: [&str; 2] = [
    // Which tenants there are.
    "select tenant from gridwhistle.heads order by tenant",
    // Which generations are laid under a view for other tools.
    "select generation from gridwhistle.generations where view = $1 and fingerprint = $2",
];
/// Tables of the log, into which nothing but the append function writes; of heads, the fence.
const APPENDED: [&str; 2] = ["events", "commands"];
/// How statements begin that ask for rows or change them; others make tables, or transactions.
const VERBS: [&str; 6] = ["select", "insert", "update", "delete", "with", "copy"];

/// Runs the tests of this program that a filter names on a server which records, and reads what it
/// was asked. Each of `tables` must have been asked for; `g` stands for the tables of views.
pub(crate) fn check(filter: &str, tables: &[&str]) {
    let recording = Settings::default()
        .with("shared_preload_libraries", "pg_stat_statements")
        .with("pg_stat_statements.track", "all")
        .with("pg_stat_statements.max", "50000");
    let cluster = Cluster::start(&recording);
    cluster.sql("postgres", "create extension pg_stat_statements");
    let run = Command::new(std::env::current_exe().unwrap())
        .arg(filter)
        .env("GRIDWHISTLE_SUITE_URL", cluster.url("postgres"))
        .output();
    let run = run.unwrap();
    assert!(run.status.success(), "{run:?}");
    let recorded = cluster.sql(
        "postgres",
        "select distinct toplevel, lower(regexp_replace(query, '\\s+', ' ', 'g')) \
         from pg_stat_statements where query like '%gridwhistle.%' order by 2",
    );
    let mut read = Read::default();
    for line in recorded.lines() {
        let (top, text) = line.split_once('|').unwrap();
        let verb = text.split(' ').next().unwrap_or_default();
        let over_all = OVER_ALL.iter().any(|known| text.starts_with(known));
        if !VERBS.contains(&verb) || over_all {
            continue;
        }
        read.statement(text, top == "t");
    }
    for table in tables {
        let found = read.tables.iter().any(|name| {
            name == table || *table == "g" && name.starts_with('g') && name.contains('_')
        });
        assert!(found, "{table} was never asked for: {:?}", read.tables);
    }
    assert!(read.statements >= 10, "{}", read.statements);
}

#[test]
fn a_statement_that_names_no_tenant_is_found_wherever_it_stands() {
    for text in [
        "select 1 from gridwhistle.heads where position = $1",
        "select 1 from gridwhistle.heads where tenant = $1 or position = $2",
        "select 1 from gridwhistle.heads h join gridwhistle.commands c on c.last_position = h.position \
         where h.tenant = $1",
        "select 1 from (select * from gridwhistle.events where sequence = $1) e",
        "with gone as (delete from gridwhistle.snapshots where sequence = $1 returning 1) \
         select count(*) from gone",
        "update gridwhistle.heads set fence = fence + $1",
        "insert into gridwhistle.leases (name, tenant) values ($1, $2)",
        "insert into gridwhistle.events (tenant, position) values ($1, $2)",
        "copy (select 1 from gridwhistle.events where position > 3) to stdout",
        "copy gridwhistle.\"g12_cases\" (id, tenant) from stdin",
    ] {
        let found = std::panic::catch_unwind(|| Read::default().statement(text, true));
        assert!(found.is_err(), "{text}");
    }
    let mut read = Read::default();
    read.statement(
        "select 1 from gridwhistle.heads where tenant = $1 and position = $2",
        true,
    );
    assert_eq!(read.tables, ["heads"]);
}

/// What was read so far.
#[derive(Default)]
struct Read {
    text: String,
    /// Whether a program has sent the statement; if not, a function has.
    top: bool,
    statements: usize,
    tables: Vec<String>,
}

impl Visitor for Read {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.body(&query.body);
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => {
                self.writes(&table_of(&update.table.relation).unwrap_or_default().0);
                let from = update.from.iter().flat_map(|from| match from {
                    sqlparser::ast::UpdateTableFromKind::BeforeSet(tables)
                    | sqlparser::ast::UpdateTableFromKind::AfterSet(tables) => tables,
                });
                let tables: Vec<_> = std::iter::once(&update.table).chain(from).collect();
                self.bound(&tables, update.selection.as_ref());
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                for table in from {
                    self.writes(&table_of(&table.relation).unwrap_or_default().0);
                }
                let tables: Vec<_> = from.iter().chain(delete.using.iter().flatten()).collect();
                self.bound(&tables, delete.selection.as_ref());
            }
            Statement::Copy {
                source:
                    CopySource::Table {
                        table_name,
                        columns,
                    },
                ..
            } => {
                self.writes(&ours(table_name).unwrap_or_default());
                let first = columns.first().map(|name| name.value.as_str());
                assert_eq!(first, Some("tenant"), "{}", self.text);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Read {
    fn statement(&mut self, text: &str, top: bool) {
        self.text = text.to_owned();
        self.top = top;
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, text);
        assert!(parsed.is_ok(), "{parsed:?}: {text}");
        assert!(parsed.is_ok_and(|parsed| parsed.visit(self).is_continue()));
        self.statements += 1;
    }

    fn body(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left);
                self.body(right);
            }
            // The others are queries and statements, which are visited as such.
            _ => {}
        }
    }

    fn select(&mut self, select: &Select) {
        let tables: Vec<_> = select.from.iter().collect();
        self.bound(&tables, select.selection.as_ref());
    }

    fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(name) = &insert.table else {
            return;
        };
        let Some(table) = ours(name) else { return };
        self.writes(&table);
        let first = insert.columns.first().map(ToString::to_string);
        assert_eq!(first.as_deref(), Some("tenant"), "{}", self.text);
        self.tables.push(table);
    }

    /// An append is one statement: what belongs to it is written by the function alone.
    fn writes(&self, table: &str) {
        assert!(!self.top || !APPENDED.contains(&table), "{}", self.text);
    }

    /// Each of our tables among these must be held to one tenant.
    fn bound(&mut self, tables: &[&TableWithJoins], selection: Option<&Expr>) {
        let mut conditions = Vec::new();
        selection
            .into_iter()
            .for_each(|all| split(all, &mut conditions));
        let mut named = Vec::new();
        for table in tables {
            named.extend(table_of(&table.relation));
            for join in &table.joins {
                named.extend(table_of(&join.relation));
                let operator = format!("{:?}", join.join_operator);
                if let Some(on) = on(&join.join_operator) {
                    split(on, &mut conditions);
                } else {
                    assert!(!operator.contains("Using"), "{}", self.text);
                }
            }
        }
        // What is equal to the tenant of a table that is held is held as well.
        let mut held: Vec<&str> = Vec::new();
        for _ in &named {
            for (_, alias) in &named {
                let holds = |one: &&Expr| holds(one, alias, named.len() == 1, &held);
                if conditions.iter().any(holds) {
                    held.push(alias);
                }
            }
        }
        for (table, alias) in &named {
            let is_held = held.contains(&alias.as_str());
            assert!(
                is_held,
                "{table} is asked for without a tenant: {}",
                self.text
            );
            self.tables.push(table.clone());
        }
    }
}

/// What a join holds its sides to.
fn on(operator: &sqlparser::ast::JoinOperator) -> Option<&Expr> {
    use sqlparser::ast::{JoinConstraint, JoinOperator as J};
    let (J::Join(held) | J::Inner(held) | J::Left(held) | J::LeftOuter(held) | J::FullOuter(held)) =
        operator
    else {
        return None;
    };
    match held {
        JoinConstraint::On(on) => Some(on),
        _ => None,
    }
}

/// A table of ours with the name that it goes by in the statement.
fn table_of(factor: &TableFactor) -> Option<(String, String)> {
    let TableFactor::Table { name, alias, .. } = factor else {
        return None; // a query, which is read as such, or a function
    };
    let table = ours(name)?;
    let alias = alias.as_ref().map(|alias| alias.name.value.clone());
    Some((table.clone(), alias.unwrap_or(table)))
}

/// The name of a table that holds rows of tenants.
fn ours(name: &ObjectName) -> Option<String> {
    let parts: Vec<String> = name
        .0
        .iter()
        .filter_map(|part| Some(part.as_ident()?.value.clone()))
        .collect();
    match parts.as_slice() {
        [schema, table] if schema == "gridwhistle" && table != "schema_steps" => {
            Some(table.clone())
        }
        _ => None,
    }
}

fn split<'e>(expression: &'e Expr, into: &mut Vec<&'e Expr>) {
    match expression {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            split(left, into);
            split(right, into);
        }
        Expr::Nested(inner) => split(inner, into),
        other => into.push(other),
    }
}

/// Whether a condition holds a table to one tenant, to some by name, or to that of another table.
fn holds(condition: &Expr, alias: &str, alone: bool, held: &[&str]) -> bool {
    let tenant = |side: &Expr| match side {
        Expr::Identifier(name) => alone && name.value == "tenant",
        side => tenant_of(side) == Some(alias),
    };
    let of_held = |side: &Expr| tenant_of(side).is_some_and(|other| held.contains(&other));
    match condition {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => tenant(left) && (given(right) || of_held(right)),
        Expr::AnyOp {
            left,
            right,
            compare_op: BinaryOperator::Eq,
            ..
        } => tenant(left) && given(right),
        _ => false,
    }
}

/// The table of `table.tenant`.
fn tenant_of(side: &Expr) -> Option<&str> {
    match side {
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] if column.value == "tenant" => Some(&table.value),
            _ => None,
        },
        _ => None,
    }
}

/// A value that the statement is given: a parameter, a literal, the append function's argument.
fn given(side: &Expr) -> bool {
    match side {
        Expr::Value(value) => matches!(
            value.value,
            Value::Placeholder(_) | Value::SingleQuotedString(_)
        ),
        Expr::Identifier(name) => name.value == "of_tenant",
        Expr::Nested(inner) => given(inner),
        _ => false,
    }
}
