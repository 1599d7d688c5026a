-- What is still expected keeps the entries that it follows from.
GRANT SELECT ON writ.scheduled_task TO writ_reader;
