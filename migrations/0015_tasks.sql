-- Tasks: what somebody is to do, about a customer, a company, a deal, or nothing of these.

-- Of the three anchors at most one is filled. recurrence: how often it comes again, or nothing.
CREATE TABLE tasks (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  subject {text} NOT NULL,
  subject_key {text} NOT NULL,
  description {text},
  customer_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  assignee_id {uuid},
  created_by_id {uuid},
  due_at {int},
  status {text} NOT NULL,
  completed_at {int},
  origin {text} NOT NULL,
  recurrence {json},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX tasks_assignee ON tasks (org_id, assignee_id, due_at, id) WHERE completed_at IS NULL;
CREATE INDEX tasks_due ON tasks (org_id, due_at, id);
CREATE INDEX tasks_created ON tasks (org_id, created_at, id);
CREATE INDEX tasks_subject ON tasks (org_id, subject_key, id);
CREATE INDEX tasks_customer ON tasks (org_id, customer_id, due_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX tasks_company ON tasks (org_id, company_id, due_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX tasks_deal ON tasks (org_id, deal_id, due_at, id) WHERE deal_id IS NOT NULL;
