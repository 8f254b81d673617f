use db::{Conn, Engine, Result, Sql};

/// A rule in words, and the statement that counts the rows that break it.
type Rule = (&'static str, &'static str);

const RULES: [Rule; 28] = [
    (
        "every customer has an event that made it",
        "SELECT count(*) FROM customers c WHERE c.merged_into_id IS NULL AND NOT EXISTS
           (SELECT 1 FROM activities a {by customer} WHERE a.org_id = c.org_id
           AND a.customer_id = c.id AND a.type IN ('customer.created', 'customer.imported'))",
    ),
    (
        "every event about a customer is about one that exists",
        "SELECT count(*) FROM activities a WHERE a.customer_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM customers c WHERE c.org_id = a.org_id AND c.id = a.customer_id)",
    ),
    (
        "no customer was active after its time of last activity",
        "SELECT count(*) FROM customers c WHERE c.last_activity_at < (SELECT max(a.occurred_at) FROM activities a {by customer}
           WHERE a.org_id = c.org_id AND a.customer_id = c.id
             AND NOT (a.actor_kind = 'system' AND a.type IN ('segment.joined', 'segment.left', 'profile.scored')))",
    ),
    (
        "nobody is listed in a segment that a rule decides",
        "SELECT count(*) FROM segment_members x JOIN segments s ON s.org_id = x.org_id AND s.id = x.segment_id
         WHERE x.listed AND s.kind = 'dynamic'",
    ),
    (
        "every contact belongs to a customer",
        "SELECT count(*) FROM contacts k WHERE NOT EXISTS
           (SELECT 1 FROM customers c WHERE c.org_id = k.org_id AND c.id = k.customer_id)",
    ),
    (
        "addresses exclude others exactly while their customer lives",
        "SELECT count(*) FROM contacts k JOIN customers c ON c.org_id = k.org_id AND c.id = k.customer_id
         WHERE (k.live_canonical IS NOT NULL) <> (c.archived_at IS NULL AND k.channel <> 'phone')
            OR (k.live_canonical IS NOT NULL AND k.live_canonical <> k.canonical)",
    ),
    (
        "a living customer has one primary contact per channel",
        "SELECT count(*) FROM (SELECT k.customer_id FROM contacts k
           JOIN customers c ON c.org_id = k.org_id AND c.id = k.customer_id WHERE c.archived_at IS NULL
           GROUP BY k.org_id, k.customer_id, k.channel
           HAVING sum(CASE WHEN k.is_primary THEN 1 ELSE 0 END) <> 1) AS wrong",
    ),
    (
        "a customer names another one exactly while it is merged into it, and that one is not",
        "SELECT count(*) FROM customers c WHERE (c.merged_into_id IS NOT NULL) <> EXISTS
           (SELECT 1 FROM merges m WHERE m.org_id = c.org_id AND m.record = 'customer' AND m.loser_id = c.id)
            OR (c.merged_into_id IS NOT NULL AND (c.archived_at IS NULL OR NOT EXISTS (SELECT 1 FROM customers s
              WHERE s.org_id = c.org_id AND s.id = c.merged_into_id AND s.merged_into_id IS NULL)))",
    ),
    (
        "a company names another one exactly while it is merged into it, and that one is not",
        "SELECT count(*) FROM companies c WHERE (c.merged_into_id IS NOT NULL) <> EXISTS
           (SELECT 1 FROM merges m WHERE m.org_id = c.org_id AND m.record = 'company' AND m.loser_id = c.id)
            OR (c.merged_into_id IS NOT NULL AND (c.archived_at IS NULL OR NOT EXISTS (SELECT 1 FROM companies s
              WHERE s.org_id = c.org_id AND s.id = c.merged_into_id AND s.merged_into_id IS NULL)))",
    ),
    (
        "tags on customers exist",
        "SELECT count(*) FROM customer_tags x WHERE NOT EXISTS
           (SELECT 1 FROM tags t WHERE t.org_id = x.org_id AND t.id = x.tag_id)",
    ),
    (
        "what orders a tag's page is as on the customer",
        "SELECT count(*) FROM customer_tags x JOIN customers c ON c.org_id = x.org_id AND c.id = x.customer_id
         WHERE x.last_activity_at <> c.last_activity_at OR coalesce(x.company_id <> c.company_id,
           (x.company_id IS NULL) <> (c.company_id IS NULL))",
    ),
    (
        "the company of a customer exists",
        "SELECT count(*) FROM customers c WHERE c.company_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM companies p WHERE p.org_id = c.org_id AND p.id = c.company_id)",
    ),
    (
        "an owner is a member",
        "SELECT count(*) FROM customers c WHERE c.claimed_by_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM memberships m WHERE m.org_id = c.org_id AND m.user_id = c.claimed_by_id)",
    ),
    (
        "a customer is claimed exactly when there is a time of it",
        "SELECT count(*) FROM customers c WHERE (c.claimed_by_id IS NULL) <> (c.claimed_at IS NULL)",
    ),
    (
        "domains exclude others exactly while their company lives",
        "SELECT count(*) FROM company_domains d JOIN companies c ON c.org_id = d.org_id AND c.id = d.company_id
         WHERE (d.live_domain IS NOT NULL) <> (c.archived_at IS NULL)",
    ),
    (
        "every deal has an event that made it",
        "SELECT count(*) FROM deals d WHERE NOT EXISTS (SELECT 1 FROM activities a
           WHERE a.org_id = d.org_id AND a.deal_id = d.id AND a.type = 'deal.created')",
    ),
    (
        "the totals of a stage are those of its deals",
        "SELECT count(*) FROM (SELECT p.stage_id FROM (SELECT org_id, stage_id, currency, deals, amount FROM deal_totals
             UNION ALL SELECT org_id, stage_id, '', -1, 0 FROM deals WHERE archived_at IS NULL
             UNION ALL SELECT org_id, stage_id, currency, -1, -amount FROM deals
               WHERE archived_at IS NULL AND amount IS NOT NULL) AS p
           GROUP BY p.org_id, p.stage_id, p.currency HAVING sum(p.deals) <> 0 OR sum(p.amount) <> 0) AS wrong",
    ),
    (
        "the history of a deal ends in its stage",
        "SELECT count(*) FROM deals d WHERE NOT EXISTS (SELECT 1 FROM deal_stage_changes h WHERE h.org_id = d.org_id
             AND h.deal_id = d.id AND h.left_at IS NULL AND h.stage_id = d.stage_id)
            OR EXISTS (SELECT 1 FROM deal_stage_changes h WHERE h.org_id = d.org_id AND h.deal_id = d.id
             AND h.left_at IS NULL AND h.stage_id <> d.stage_id)",
    ),
    (
        "a deal means what its stage does, and has a time of closing exactly when it is won or lost",
        "SELECT count(*) FROM deals d LEFT JOIN pipeline_stages s ON s.org_id = d.org_id AND s.pipeline_id = d.pipeline_id
           AND s.id = d.stage_id
         WHERE d.stage <> coalesce(s.stage, '') OR (d.closed_at IS NOT NULL) <> (d.stage IN ('won', 'lost'))",
    ),
    (
        "a task is closed exactly when there is a time of it",
        "SELECT count(*) FROM tasks t WHERE (t.completed_at IS NOT NULL) <> (t.status IN ('done', 'canceled'))",
    ),
    (
        "a fit is the mean of the scores that count, by their weights",
        "SELECT count(*) FROM (SELECT s.org_id, s.customer_id, k.product_id,
             sum(k.weight * s.score) / sum(k.weight) AS overall
           FROM fit_scores s JOIN fit_criteria k ON k.org_id = s.org_id AND k.id = s.criterion_id
             AND k.archived_at IS NULL AND k.active AND k.weight > 0
           JOIN products p ON p.org_id = k.org_id AND p.id = k.product_id AND p.archived_at IS NULL
           JOIN customers c ON c.org_id = s.org_id AND c.id = s.customer_id AND c.archived_at IS NULL
           WHERE s.score IS NOT NULL GROUP BY s.org_id, s.customer_id, k.product_id) AS so
         JOIN fits f ON f.org_id = so.org_id AND f.customer_id = so.customer_id AND f.product_id = so.product_id
         WHERE abs(f.overall - so.overall) > 0.000001",
    ),
    (
        "what counts of a criterion is an assessment of the customer by it",
        "SELECT count(*) FROM fit_scores s WHERE s.assessment_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM fit_assessments a WHERE a.org_id = s.org_id AND a.customer_id = s.customer_id
              AND a.criterion_id = s.criterion_id AND a.id = s.assessment_id AND a.score = s.score)",
    ),
    (
        "a model is asked about a customer exactly while the reading waits for it",
        "SELECT count(*) FROM fit_readings WHERE (ask_at IS NOT NULL) <> (state = 'scoring')",
    ),
    (
        "a note is about one record, which exists",
        "SELECT count(*) FROM notes n WHERE
           (CASE WHEN n.customer_id IS NULL THEN 0 ELSE 1 END + CASE WHEN n.company_id IS NULL THEN 0 ELSE 1 END
             + CASE WHEN n.deal_id IS NULL THEN 0 ELSE 1 END) <> 1
           OR NOT (EXISTS (SELECT 1 FROM customers c WHERE c.org_id = n.org_id AND c.id = n.customer_id)
             OR EXISTS (SELECT 1 FROM companies p WHERE p.org_id = n.org_id AND p.id = n.company_id)
             OR EXISTS (SELECT 1 FROM deals d WHERE d.org_id = n.org_id AND d.id = n.deal_id))",
    ),
    (
        "a private note has a person as its author",
        "SELECT count(*) FROM notes n WHERE n.visibility <> 'org'
           AND (n.visibility <> 'private' OR n.author_kind <> 'user' OR n.author_id IS NULL)",
    ),
    (
        "content that an attachment has is kept",
        "SELECT count(*) FROM attachments a JOIN attachment_files f ON f.org_id = a.org_id AND f.sha256 = a.sha256
         WHERE f.unused_since IS NOT NULL",
    ),
    (
        "content that no attachment has tells since when",
        "SELECT count(*) FROM attachment_files f WHERE f.unused_since IS NULL AND NOT EXISTS
           (SELECT 1 FROM attachments a WHERE a.org_id = f.org_id AND a.sha256 = f.sha256)",
    ),
    (
        "every organisation has an owner",
        "SELECT count(*) FROM organisations o WHERE NOT EXISTS (SELECT 1 FROM memberships m
           WHERE m.org_id = o.id AND m.role = 'owner' AND m.disabled_at IS NULL)",
    ),
];

const INDEXED: &str = "every customer is in the substring index";

fn index_rule(engine: Engine) -> Rule {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT 1 FROM customer_search_docsize s WHERE s.id = c.seq)"
        }
        Engine::Postgres => {
            "SELECT count(*) FROM customers c WHERE NOT EXISTS
               (SELECT 1 FROM customer_search s WHERE s.org_id = c.org_id AND s.customer_id = c.id)"
        }
    };
    (INDEXED, sql)
}

pub(super) fn rules() -> impl Iterator<Item = &'static str> {
    RULES.into_iter().map(|(rule, _)| rule).chain([INDEXED])
}

pub(super) fn violations(c: &Conn<'_>) -> Result<Vec<(&'static str, i64)>> {
    let rules = RULES.into_iter().chain([index_rule(c.engine())]);
    rules.map(|(rule, sql)| Ok((rule, c.query_one(&statement(c.engine(), sql), |row| row.get(0))?))).collect()
}

/// Without statistics SQLite reads all events of an organisation for each of its customers.
fn statement(engine: Engine, sql: &'static str) -> Sql {
    let mut statement = Sql::default();
    for (index, part) in sql.split("{by customer}").enumerate() {
        if index > 0 && engine == Engine::Sqlite {
            statement.push("INDEXED BY activities_customer");
        }
        statement.push(part);
    }
    statement
}
