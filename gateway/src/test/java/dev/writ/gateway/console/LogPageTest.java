package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;

import dev.writ.audit.LogSigner;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How the log does, and single entries of it. */
@WritTest
class LogPageTest {

    @Inject
    LogSigner signer;

    private final Fixture gateway = Bank.shared().fixture();
    private final Client auditor = gateway.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());
    private final Browser browser = Browser.of(auditor);

    private int anEntry() {
        String call = gateway.agent().call("bank.balance", Map.of("id", "a")).path("id");
        return gateway.entries("kind=DECIDED&call=" + call).get(0).index();
    }

    private String proof(int index) {
        return browser.page("/console/log/entries/" + index + "/proof");
    }

    @Test
    void saysWhatIsNeededToVerifyItElsewhere() {
        assertThat(browser.page("/console/log"))
                .contains(
                        signer.verifierKey().vkey(),
                        "Newest checkpoint",
                        "./writ audit verify FOLDER --vkey",
                        "/log --vkey",
                        "no witnesses",
                        "None is configured");
    }

    @Test
    void listsTheNewestExports() {
        String note = auditor.get("/log/checkpoint").asString();
        var head = signer.verifierKey().verify(note);
        auditor.post(
                        "/v1/audit/exports",
                        Map.of(
                                "format",
                                "csv",
                                "from",
                                0,
                                "to",
                                7,
                                "size",
                                head.size(),
                                "root",
                                head.root().value()))
                .then()
                .statusCode(201);

        assertThat(browser.page("/console/log")).contains("csv", "0 to 7", auditor.name());
    }

    @Test
    void showsHoldsWhileTheyProtect() {
        Client agent = gateway.agent();
        String id = auditor.post(
                        "/v1/audit/operations",
                        Map.of("operation", "hold", "agent", agent.name(), "reason", "a <b>case</b>"))
                .path("id");
        try {
            assertThat(browser.page("/console/log"))
                    .contains(id, agent.name(), "a &lt;b&gt;case&lt;/b&gt;", "not confirmed yet");
        } finally {
            auditor.post("/v1/audit/operations/" + id + "/reject", Map.of("reason", "over"))
                    .then()
                    .statusCode(200);
        }
        assertThat(browser.page("/console/log")).doesNotContain(id);
    }

    @Test
    void anEntryShowsAllOfItself() {
        int index = anEntry();

        assertThat(browser.page("/console/log/entries/" + index))
                .contains("DECIDED", "argumentsMac", "Input <bdi>facts</bdi>", "data-index=\"" + index + "\"");
        assertThat(gateway.entries("kind=AUDIT_READ&agent=" + auditor.name())
                        .get(0)
                        .number("index"))
                .isEqualTo(index);
    }

    @Test
    void anEntryThatIsNotThereIsAPageThatSaysSo() {
        browser.get("/console/log/entries/999999999").then().statusCode(404).contentType("text/html");
        browser.get("/console/log/entries/one").then().statusCode(400);
    }

    @Test
    void theProofCarriesTheEntryAndVerifies() {
        int index = anEntry();
        Response response = browser.get("/console/log/entries/" + index + "/proof");

        response.then().statusCode(200).header("Content-Disposition", containsString("writ-entry-" + index));
        TlogProof proof = TlogProof.parse(response.asString());
        assertThat(proof.verify(signer.verifierKey()).size()).isGreaterThan(index);
        assertThat(proof.leaf().orElseThrow().entry().kind()).isEqualTo("DECIDED");
    }

    @Test
    void aProofWhoseEntryWasChangedDoesNotVerify() {
        String proof = proof(anEntry());
        String extra = proof.lines()
                .filter(line -> line.startsWith("extra "))
                .findFirst()
                .orElseThrow();
        String changed = new String(Base64.getDecoder().decode(extra.substring(6)), StandardCharsets.UTF_8)
                .replace("\"allow\"", "\"deny\"");
        String forged = proof.replace(
                extra, "extra " + Base64.getEncoder().encodeToString(changed.getBytes(StandardCharsets.UTF_8)));

        assertThat(forged).isNotEqualTo(proof);
        assertThatThrownBy(() -> TlogProof.parse(forged).verify(signer.verifierKey()))
                .isInstanceOf(VerificationException.class);
    }
}
