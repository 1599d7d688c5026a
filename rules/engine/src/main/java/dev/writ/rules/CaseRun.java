package dev.writ.rules;

/**
 * A case and what became of it.
 *
 * @param came what came out and by which rules, for people; empty if the case makes no sense
 */
public record CaseRun(CaseResult result, String came) {}
