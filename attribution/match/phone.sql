-- Question: by which phones is each visitor known who may have called?
-- Left in a form or a chat, told by the page, or of a deal of the same customer or e-mail.
-- Parameters: none (reads stay)
-- Columns: phone: account, person, kind (form, identify, deal), phone
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE phone AS
WITH visit AS (SELECT DISTINCT account, visit, person FROM stay),
person AS (SELECT DISTINCT account, person FROM stay),
told AS (
  SELECT v.account, v.person, 'form' AS kind, f.phone, f.email, NULL AS customer
  FROM fact_contact f JOIN visit v ON v.account = f.account AND v.visit = f.visit
  UNION ALL
  SELECT p.account, p.person, 'form', f.phone, f.email, NULL
  FROM fact_contact f JOIN person p ON p.account = f.account AND p.person = f.visitor
  UNION ALL
  SELECT p.account, p.person, 'identify', f.phone, f.email, f.customer
  FROM fact_identified f JOIN person p ON p.account = f.account AND p.person = f.visitor)
SELECT account, person, kind, phone FROM told WHERE phone IS NOT NULL
UNION
SELECT t.account, t.person, 'deal', d.phone FROM newest_deal d JOIN told t
  ON t.account = d.account AND t.customer = d.customer
WHERE d.phone IS NOT NULL
UNION
SELECT t.account, t.person, 'deal', d.phone FROM newest_deal d JOIN told t
  ON t.account = d.account AND t.email = d.email
WHERE d.phone IS NOT NULL
