-- What proves that a caller is the key's holder, if it is no secret of ours (JSON), and the tools it may call (words; none for all).
ALTER TABLE writ.api_key
  ADD COLUMN proof text NOT NULL DEFAULT '',
  ADD COLUMN tools text NOT NULL DEFAULT '';
