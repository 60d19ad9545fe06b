//! Reports: answers that are one table.

use super::{Done, Run, asked};
use crate::args::{ReportArgs, ReportCommand, Span};
use crate::failure::Failure;
use crate::labels::Names;
use crate::report;
use crate::report::satisfaction::rules;
use crate::window;
use gridwhistle::EngineError;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::projections::questions::{AreaLevel, CountsBy, Moment, QuestionError, Window};
use gridwhistle_sheets::{AsSheet, Sheet};

fn read<T>(answered: Result<T, QuestionError>) -> Result<T, Failure> {
    Ok(answered.map_err(EngineError::from)?)
}

impl Run<'_> {
    pub(super) fn span(&self, span: &Span) -> Result<(Window, Moment), Failure> {
        let moment = Moment::of(self.engine.now(), span.as_of.as_of);
        Ok((window::or_month(span.window, moment.instant())?, moment))
    }

    /// An answer that is all at hand.
    fn answer(
        &self,
        answer: &impl AsSheet,
        (question, window, moment): (&str, Window, Moment),
    ) -> Result<Done, Failure> {
        let names = Names::of(self.engine, moment.instant());
        let written = self.whole(&answer.sheet(&names))?;
        Ok((written, asked(question, Some(window), moment)))
    }

    pub(super) async fn report(&self, command: ReportCommand) -> Result<Done, Failure> {
        let (questions, now) = (self.engine.questions(), self.engine.now());
        let reference = self.engine.reference();
        let calendars = &reference.calendars;
        let month = |window, moment: Moment| window::or_month(window, moment.instant());
        match command {
            ReportCommand::Units { args } => self.counts(CountsBy::Unit, args).await,
            ReportCommand::Classes { args } => self.counts(CountsBy::Class, args).await,
            ReportCommand::Areas { level, span } => {
                let (window, moment) = self.span(&span)?;
                let level = AreaLevel::from(level);
                let areas = read(questions.areas(level, window, moment, calendars).await)?;
                self.answer(&areas, ("report areas", window, moment))
            }
            ReportCommand::Indicators { by, level, span } => {
                let (window, moment) = self.span(&span)?;
                let figures = questions.indicators(by.at(level), window, moment).await;
                self.answer(&read(figures)?, ("report indicators", window, moment))
            }
            ReportCommand::Satisfaction { by, level, span } => {
                let (window, moment) = self.span(&span)?;
                let rules = rules(self.engine, window);
                let said = questions.satisfaction(by.at(level), window, moment, &rules);
                self.answer(&read(said.await)?, ("report satisfaction", window, moment))
            }
            ReportCommand::Departments { window, as_of } => {
                let moment = Moment::of(now, as_of.as_of);
                let window = month(window, moment)?;
                let units = questions.departments(window, moment, calendars).await;
                self.answer(&read(units)?, ("report departments", window, moment))
            }
            ReportCommand::Ranking { window, as_of } => {
                let moment = Moment::of(now, as_of.as_of);
                let window = month(window, moment)?;
                let ranking = read(questions.ranking(window, moment, &reference).await)?;
                let (written, mut asked) =
                    self.answer(&ranking, ("report ranking", window, moment))?;
                asked.note("policy", ranking.policy.map(|policy| policy.to_string()));
                Ok((written, asked))
            }
            ReportCommand::Evaluations { window, as_of } => {
                let moment = Moment::of(now, as_of.as_of);
                self.evaluations(month(window, moment)?, moment).await
            }
            ReportCommand::Matrix { window, as_of } => {
                let moment = Moment::of(now, as_of.as_of);
                let window = month(window, moment)?;
                let rules = report::evaluations::rules(self.engine, window);
                let matrix = read(questions.matrix(window, moment, &rules).await)?;
                self.answer(&matrix, ("report matrix", window, moment))
            }
            ReportCommand::Appraisals { window, as_of } => {
                let moment = Moment::of(now, as_of.as_of);
                let window = report::appraisals::or_quarter(window, moment.instant())?;
                let said = read(questions.appraisals(window, moment).await)?;
                self.answer(&said, ("report appraisals", window, moment))
            }
        }
    }

    /// What both sides were given, one under the other.
    async fn evaluations(&self, window: Window, moment: Moment) -> Result<Done, Failure> {
        let rules = report::evaluations::rules(self.engine, window);
        let questions = self.engine.questions();
        let names = Names::of(self.engine, moment.instant());
        let mut both: Option<Sheet> = None;
        for side in Side::ALL.iter().copied() {
            let said = read(questions.evaluations(window, moment, side, &rules).await)?;
            let sheet = said.sheet(&names);
            match &mut both {
                None => both = Some(sheet),
                Some(both) => both.rows.extend(sheet.rows),
            }
        }
        let both = both.unwrap_or_default();
        let written = self.whole(&both)?;
        Ok((written, asked("report evaluations", Some(window), moment)))
    }

    async fn counts(&self, by: CountsBy, args: ReportArgs) -> Result<Done, Failure> {
        let moment = args.which.moment(self.engine);
        let mut filter = args.which.filter();
        filter.reported_from = args.reported_from;
        filter.reported_before = args.reported_before;
        let counts = read(self.engine.questions().counts(by, &filter, moment).await)?;
        let names = Names::of(self.engine, moment.instant());
        let written = self.whole(&counts.sheet(&names))?;
        let mut asked = asked(&format!("report by {}", by.code()), None, moment);
        asked.narrowed(&args.which);
        asked.between(args.reported_from, args.reported_before);
        Ok((written, asked))
    }
}
