//! Reports that have a window.

use super::{Done, Run, asked, figures};
use crate::failure::Failure;
use crate::labels::Names;
use crate::report;
use crate::words::Word as W;
use gridwhistle::EngineError;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::projections::questions::{Moment, Window};

impl Run<'_> {
    pub(super) async fn departments(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Done, Failure> {
        let reference = self.engine.reference();
        let questions = self.engine.questions();
        let figures = questions.departments(window, moment, &reference.calendars);
        let figures = figures.await.map_err(EngineError::from)?;
        let names = Names::of(self.engine, figures.at);
        let units = figures.units.iter();
        let rows = units.map(|unit| figures::department(unit, names.unit(Some(&unit.unit))));
        let total = figures::department(&figures.total, W::Total.to_string());
        let sheet = (("部门指标", "departments"), figures::departments());
        let written = self.whole((sheet.0, &sheet.1), rows.chain([total]))?;
        Ok((written, asked("report departments", Some(window), moment)))
    }

    pub(super) async fn ranking(&self, window: Window, moment: Moment) -> Result<Done, Failure> {
        let reference = self.engine.reference();
        let ranking = self.engine.questions().ranking(window, moment, &reference);
        let ranking = ranking.await.map_err(EngineError::from)?;
        let names = Names::of(self.engine, ranking.at);
        let rows = ranking.units.iter().map(|unit| {
            let group = report::ranking::group(&unit.group);
            figures::ranked(unit, group, names.unit(Some(&unit.unit)))
        });
        let written = self.whole((("综合排名", "ranking"), figures::RANKING), rows)?;
        let mut asked = asked("report ranking", Some(window), moment);
        asked.note("policy", ranking.policy.map(|policy| policy.to_string()));
        Ok((written, asked))
    }

    pub(super) async fn appraisals(&self, window: Window, moment: Moment) -> Result<Done, Failure> {
        let figures = self.engine.questions().appraisals(window, moment);
        let figures = figures.await.map_err(EngineError::from)?;
        let names = Names::of(self.engine, figures.at);
        let all = figures.units.iter().chain(&figures.persons);
        let rows = all.map(|one| figures::appraised(one, &names));
        let sheet = (("季度评议", "appraisals"), figures::APPRAISALS);
        let written = self.whole(sheet, rows)?;
        Ok((written, asked("report appraisals", Some(window), moment)))
    }

    pub(super) async fn evaluations(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<Done, Failure> {
        let rules = report::evaluations::rules(self.engine, window);
        let questions = self.engine.questions();
        let names = Names::of(self.engine, moment.instant());
        let mut rows = Vec::new();
        for side in Side::ALL.iter().copied() {
            let said = questions.evaluations(window, moment, side, &rules).await;
            let said = said.map_err(EngineError::from)?;
            let by = match side {
                Side::Area => W::HArea,
                Side::Department => W::HDepartment,
            };
            let units = said.units.iter();
            rows.extend(units.map(|unit| figures::opinion(unit, by.to_string(), &names)));
        }
        let sheet = (("双向互评", "evaluations"), figures::OPINIONS);
        let written = self.whole(sheet, rows.into_iter())?;
        Ok((written, asked("report evaluations", Some(window), moment)))
    }

    pub(super) async fn matrix(&self, window: Window, moment: Moment) -> Result<Done, Failure> {
        let rules = report::evaluations::rules(self.engine, window);
        let matrix = self.engine.questions().matrix(window, moment, &rules).await;
        let matrix = matrix.map_err(EngineError::from)?;
        let names = Names::of(self.engine, matrix.at);
        let rows = matrix.cells.iter().map(|cell| figures::pair(cell, &names));
        let written = self.whole((("互评矩阵", "matrix"), figures::MATRIX), rows)?;
        Ok((written, asked("report matrix", Some(window), moment)))
    }
}
