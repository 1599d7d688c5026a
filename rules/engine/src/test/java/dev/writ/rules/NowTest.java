package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.engine;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time of a decision, and dates among the arguments. */
class NowTest {

    private static final String CALL = "ToolCall( tool == \"billing.refund\" )";
    private static final String OFFICE_HOURS = "Now( zone == \"Europe/Berlin\", dayOfWeek in (\"MONDAY\", \"TUESDAY\","
            + " \"WEDNESDAY\", \"THURSDAY\", \"FRIDAY\"), time >= \"09:00\", time < \"17:00\" )";

    @ParameterizedTest
    @CsvSource({
        // A Thursday in winter, when Berlin is one hour ahead of UTC, and one in summer, when it is two.
        "2026-01-08T08:00:00Z, ALLOW",
        "2026-01-08T07:59:59.999999Z, DENY",
        "2026-01-08T15:59:59Z, ALLOW",
        "2026-01-08T16:00:00Z, DENY",
        "2026-07-09T07:00:00Z, ALLOW",
        "2026-07-09T15:00:00Z, DENY",
        // A Sunday in UTC that is Monday in Berlin, and a Friday that is Saturday there.
        "2026-01-11T23:30:00Z, DENY",
        "2026-01-10T10:00:00Z, DENY",
        "2026-01-12T10:00:00Z, ALLOW"
    })
    void officeHoursAreThoseOfTheirZone(Instant now, Effect expected) {
        assertThat(at(now, allow(CALL, OFFICE_HOURS))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "date == \"2026-12-24\"",
                "date != \"2026-12-25\"",
                "date in (\"2026-12-24\", \"2026-12-25\")",
                "date not in (\"2026-12-25\")",
                "date >= \"2026-12-20\", date < \"2027-01-04\"",
                "\"2026-12-20\" <= date",
                "time == \"23:30\"",
                "time > \"23:29:59\"",
                "time in (\"23:30:00\")",
                "dayOfWeek == \"THURSDAY\"",
                "zone == \"UTC\", date == \"2026-12-24\"",
                "zone == \"Asia/Tokyo\", date == \"2026-12-25\", time == \"08:30\"",
                "$d : date, $t : time, $d == \"2026-12-24\" && $t < \"23:31\""
            })
    void holds(String constraints) {
        Instant now = Instant.parse("2026-12-24T23:30:00Z");

        assertThat(at(now, allow(CALL, "Now( " + constraints + " )"))).isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "date == \"2026-12-25\"",
                "date > \"2026-12-24\"",
                "time < \"23:30\"",
                "time >= \"23:30:01\"",
                "dayOfWeek in (\"FRIDAY\")",
                "zone == \"Asia/Tokyo\", date == \"2026-12-24\""
            })
    void doesNotHold(String constraints) {
        Instant now = Instant.parse("2026-12-24T23:30:00Z");

        assertThat(at(now, allow(CALL, "Now( " + constraints + " )"))).isEqualTo(Effect.DENY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "time >= ^\"9:00\" ~ a time of the day is written as",
                "time < ^\"24:00\" ~ a time of the day is written as",
                "date in (\"2026-12-24\", ^\"2026-02-30\") ~ a date is written as",
                "date > ^\"24.12.2026\" ~ a date is written as",
                "date > ^\"+52026-12-24\" ~ a date is written as",
                "^date < 20261224 ~ compares two numbers, dates, times of the day or moments",
                "^date == time ~ compares two values of one type",
                "^date contains \"2026-12-24\" ~ asks a list",
                "date matches ^\"2026.*\" ~ matches compares a text",
                "dayOfWeek == ^\"Monday\" ~ there is FRIDAY, MONDAY",
                "zone == ^\"Europe/Bern\" ~ there is no zone",
                "zone == ^\"+02:00\" ~ there is no zone",
                "^zone != \"UTC\" ~ the zone is said once",
                "zone == \"UTC\", ^zone == \"Europe/Berlin\" ~ the zone is said once",
                "(^zone == \"UTC\" || date == \"2026-12-24\") ~ the zone is said once",
                "^now == \"x\" ~ Now has no 'now'"
            })
    void refusesAtItsPlace(String marked, String message) {
        String drl = allow(CALL, "Now( " + marked.replace("^", "") + " )");

        List<BundleProblem> problems = problems(drl);

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.column()).isEqualTo("Now( ".length() + marked.indexOf('^') + 1);
            assertThat(problem.message()).contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-08, ALLOW",
        "2026-01-07, DENY",
        "08.01.2026, DENY",
        "2026-02-30, DENY",
        "2026-01-08T00:00:00, DENY"
    })
    void anArgumentIsADateIfItIsWrittenAsOne(String written, Effect expected) {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $due : date(\"note\") )",
                "Now( $today : date, $due >= $today )");

        assertThat(at(Instant.parse("2026-01-08T10:00:00Z"), drl, "{\"note\": \"" + written + "\"}"))
                .isEqualTo(expected);
    }

    @Test
    void aCaseSaysWhenItHappens() {
        String file = """
                - name: before the freeze
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  now: 2026-12-19T23:59:59Z
                  history: [ { tool: crm.lookup, ago: 1m } ]
                  expect: allow
                - name: in the freeze
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  now: 2026-12-20T00:00:00Z
                  history: [ { tool: crm.lookup, ago: 1m } ]
                  expect: deny
                - name: at no time
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  now: yesterday
                  expect: deny
                """;
        PolicyBundle bundle = Bundles.of(java.util.Map.of(
                "bundle.yaml",
                Bundles.MANIFEST,
                "rules.drl",
                allow(
                        CALL,
                        "Now( date < \"2026-12-20\" )",
                        "exists Past( tool == \"crm.lookup\" ) over window:time(2m)"),
                "cases/freeze.yaml",
                file));
        PolicyEngine engine = PolicyCompiler.compile(bundle, TestTools.ALL).fold(compiled -> compiled, problems -> {
            throw new AssertionError(problems.toString());
        });

        assertThat(PolicyCases.run(engine, TestTools.ALL).stream()
                        .map(result -> result.<String>fold(passed -> "passed", CaseResult.Failed::reason)))
                .containsExactly("passed", "passed", "'now' is a time in UTC such as 2026-12-24T10:00:00Z");
    }

    private static Effect at(Instant now, String drl) {
        return at(now, drl, "{}");
    }

    private static Effect at(Instant now, String drl, String arguments) {
        Facts facts = refund(arguments).facts();
        try (PolicyEngine engine = engine(drl)) {
            return engine.evaluate(new Facts(
                            facts.call(), facts.principal(), facts.tool(), facts.history(), facts.grants(), now))
                    .effect();
        }
    }
}
