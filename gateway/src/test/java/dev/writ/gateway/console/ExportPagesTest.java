package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports that auditors start in the console, and by the API that it uses. */
@WritTest
class ExportPagesTest {

    private static final Pattern FILE = Pattern.compile("href=\"(/console/log/exports/[0-9]+/[0-9]+\\.[a-z]+)\"");

    private final Fixture fixture = Bank.shared().fixture();
    private final Client auditor = fixture.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());
    private final Browser browser = Browser.of(auditor);

    /** A decision that is in the log. */
    private int decided() {
        Client agent = fixture.agent();
        fixture.awaitPolicyAndTool(agent, "bank.balance");
        String call = agent.call("bank.balance", Map.of("id", "a")).path("id");
        return fixture.entries("kind=DECIDED&call=" + call).get(0).index();
    }

    private String begun(String format, int from, int to) {
        return browser.post(
                        "/console/log/exports",
                        Map.of("format", format, "from", String.valueOf(from), "to", String.valueOf(to)))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(303)
                .extract()
                .header("Location")
                .replaceFirst(".*(/console/)", "$1");
    }

    private Response file(String export) {
        var found = FILE.matcher(browser.page(export));
        assertThat(found.find()).isTrue();
        return browser.get(found.group(1));
    }

    @Test
    void anExportIsRecordedAndThenFetched() {
        int index = decided();

        String page = begun("csv", index, index + 1);

        int entry = Integer.parseInt(page.substring(page.lastIndexOf('/') + 1));
        assertThat(fixture.entries("kind=EXPORT&agent=" + auditor.name()))
                .singleElement()
                .satisfies(export -> {
                    assertThat(export.index()).isEqualTo(entry);
                    assertThat(export.number("from")).isEqualTo(index);
                    assertThat(export.number("to")).isEqualTo(index + 1);
                });
        assertThat(browser.page(page)).contains("csv, entries " + index + " to " + (index + 1));
        assertThat(browser.page("/console/log")).contains(page);
        Response file = file(page);
        file.then()
                .statusCode(200)
                .header("Content-Type", containsString("text/csv"))
                .header("Content-Disposition", containsString("attachment; filename=\"writ-0"));
        assertThat(file.asString().lines().toList())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("index,at,kind,"))
                .satisfies(lines ->
                        assertThat(lines.get(1)).startsWith(index + ",").contains("DECIDED"));
    }

    @ParameterizedTest
    @CsvSource({"cloudevents, application/x-ndjson", "ocsf, application/x-ndjson"})
    void otherFormatsAreLinesOfJson(String format, String type) {
        int index = decided();

        Response file = file(begun(format, index, index + 1));

        file.then().statusCode(200).header("Content-Type", containsString(type));
        assertThat(file.asString().lines().toList())
                .singleElement()
                .asString()
                .startsWith("{")
                .endsWith("}");
    }

    @Test
    void everyEntryOfTheRangeIsInItOnceAndInOrder() {
        int end = decided() + 1;
        int start = Math.max(0, end - 700);

        List<String> lines =
                file(begun("csv", start, end)).asString().lines().skip(1).toList();

        assertThat(lines).hasSize(end - start);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).startsWith(start + i + ",");
        }
    }

    @Test
    void anExportOfNothingSaysSo() {
        assertThat(browser.page(begun("csv", 3, 3))).contains("There is nothing in it");
    }

    @Test
    void whatIsNoRangeOfTheLogIsNotRecorded() {
        browser.post("/console/log/exports", Map.of("format", "csv", "from", "5", "to", "4"))
                .then()
                .statusCode(422);
        browser.post("/console/log/exports", Map.of("format", "csv", "from", "0", "to", "999999999"))
                .then()
                .statusCode(422);
        browser.post("/console/log/exports", Map.of("format", "tiles", "from", "0", "to", "1"))
                .then()
                .statusCode(422);
        browser.post("/console/log/exports", Map.of("format", "csv", "from", "one", "to", "1"))
                .then()
                .statusCode(400);
        auditor.post("/v1/audit/downloads", Map.of("format", "csv", "from", -1))
                .then()
                .statusCode(422);

        assertThat(fixture.entries("kind=EXPORT&agent=" + auditor.name())).isEmpty();
    }

    @Test
    void nobodyElseFetchesIt() {
        String page = begun("csv", 0, 1);
        Client other = fixture.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());

        Browser.of(other).get(page).then().statusCode(404);
        Browser.of(other).get(page + "/000000000000.csv").then().statusCode(404);
        browser.get(page + "/000000016384.csv").then().statusCode(404);
        browser.get("/console/log/exports/0").then().statusCode(404);
        for (Client refused : List.of(fixture.operator, fixture.author, fixture.admin)) {
            Browser.of(refused).get(page).then().statusCode(403);
            Browser.of(refused).get(page + "/000000000000.csv").then().statusCode(403);
            Browser.of(refused)
                    .post("/console/log/exports", Map.of("format", "csv"))
                    .then()
                    .statusCode(403);
        }
        fixture.operator
                .post("/v1/audit/downloads", Map.of("format", "csv"))
                .then()
                .statusCode(403);
    }

    @Test
    void aFormOfAnotherSessionStartsNone() {
        Map<String, String> stolen = new HashMap<>(Map.of("format", "csv", "from", "0", "to", "1"));
        stolen.put("token", Browser.of(fixture.auditor).token());

        Browser.form(browser.request())
                .formParams(stolen)
                .post("/console/log/exports")
                .then()
                .statusCode(403)
                .body(containsString("another session"));

        assertThat(fixture.entries("kind=EXPORT&agent=" + auditor.name())).isEmpty();
    }

    @Test
    void theApiListsTheFilesThatThePageShows() {
        int index = auditor.post("/v1/audit/downloads", Map.of("format", "csv", "from", 0, "to", 2))
                .then()
                .statusCode(201)
                .extract()
                .path("index");

        auditor.get("/v1/audit/downloads/" + index)
                .then()
                .statusCode(200)
                .body("files[0].name", containsString("000000000000.csv"));
        assertThat(auditor.get("/v1/audit/downloads/" + index + "/000000000000.csv")
                        .asString()
                        .lines())
                .hasSize(3);
    }
}
