package dev.writ.rules;

import java.time.Duration;

/** What a bundle may use at most. Generous for people, tight for whoever wants to exhaust the gateway. */
final class Limits {

    static final int FILES = 500;
    static final int FILE_BYTES = 1024 * 1024;
    static final int BUNDLE_BYTES = 8 * 1024 * 1024;

    static final int RULES = 10_000;
    static final int PATTERNS_PER_RULE = 16;

    /** Of a decision table. */
    static final int TABLE_COLUMNS = 64;

    /** Of one file of decision tables, with headers. */
    static final int TABLE_ROWS = 20_000;

    static final int WORKBOOK_PARTS = 100;

    /** Areas of them in one sheet. */
    static final int MERGED_CELLS = 1_000;

    /** Of a workbook's parts, unpacked. */
    static final int WORKBOOK_BYTES = 16 * 1024 * 1024;

    /** How much longer than packed a part of a workbook may be, beyond {@link #WORKBOOK_SMALL_PART}. */
    static final int WORKBOOK_RATIO = 100;

    static final int WORKBOOK_SMALL_PART = 64 * 1024;

    /** Of parentheses inside a condition. */
    static final int NESTING = 16;

    static final int RULE_NAME_CHARS = 200;
    static final int TEXT_CHARS = 1_000;
    static final int NUMBER_DIGITS = 30;
    static final int LISTED_VALUES = 1_000;

    /** Of the automaton that RE2/J builds: matching costs this much per character at worst. */
    static final int REPETITIONS_PER_EXPRESSION = 1_000;

    static final int TERMS_PER_SUM = 16;

    /** Earlier calls that one rule may look at for one decision; nested patterns multiply. */
    static final int LOOKS_PER_RULE = 100_000;

    /** What looking through summaries of calls counts as, however many they are and whatever is remembered already. */
    static final int LOOKS_PER_SUMMARY = 8;

    /** That one case may tell of. */
    static final int EARLIER_CALLS_PER_CASE = 20_000;

    /** That all cases of a bundle may tell of: they are judged when it is published. */
    static final int EARLIER_CALLS = 100_000;

    static final int OBLIGATIONS = 16;
    static final int CAP = 1_000_000;
    static final Duration LONGEST_EXPECTATION = Duration.ofDays(30);

    static final int APPROVALS = 100;

    /** Groups that an escalation goes on to. */
    static final int RUNGS = 8;

    static final int ENVELOPE_USES = 10_000;

    static final Duration LONGEST_DURATION = Duration.ofDays(3_650);

    /** Of one bundle: more would only be noise. */
    static final int REPORTED_PROBLEMS = 100;

    /** No more rules are checked once there are so many; several may turn out to be one. */
    static final int SOUGHT_PROBLEMS = 10 * REPORTED_PROBLEMS;

    /** Earlier calls that one verdict names. */
    static final int NAMED_WITNESSES = 10;

    /** Rules about one tool that are asked for a hint; further ones are not thought of. */
    static final int HINTED_RULES = 1_000;

    static final int HINTED_ARGUMENTS = 16;

    /** Of what one argument would have to be. */
    static final int HINTED_CHARS = 200;

    private Limits() {}
}
