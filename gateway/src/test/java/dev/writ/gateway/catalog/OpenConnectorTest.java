package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.testkit.RecordingConnector;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenConnectorTest {

    @Test
    void pinsEveryToolWithItsExtractsAndLabels() {
        PinnedTool balance = Optional.ofNullable(
                        Bank.open(Bank.connector()).pin(7).get(Bank.BALANCE))
                .orElseThrow();

        assertThat(balance.pinnedAt()).isEqualTo(7);
        assertThat(balance.digest()).isEqualTo(Bank.balance().digest());
        assertThat(balance.labels()).containsExactly("untrusted");
        assertThat(balance.extract(Bank.json("{\"amount\": 12.5, \"secret\": 1}"))
                        .toJson())
                .isEqualTo("{\"amount\":12.5}");
        assertThat(balance.argumentProblems(Bank.json("{\"x\": 1}"))).hasSize(1);
        assertThat(balance.topics()).containsExactlyInAnyOrder("tool/bank.balance", "connector/bank");
    }

    @Test
    void refusesDeclarationsForToolsThatAreNotThere() {
        assertThat(problems(Bank.connector(Bank.pay()), 10))
                .containsExactly(
                        "bank.balance: extracts, labels, provenance or effects are declared, and it is not a tool");
    }

    @Test
    void refusesToolsOfAnotherConnector() {
        ToolDefinition foreign =
                new ToolDefinition(ToolName.parse("vault.open"), "vault", "Opens", JsonObject.empty(), false);

        assertThat(problems(Bank.connector(Bank.pay(), Bank.balance(), foreign), 10))
                .containsExactly("vault.open: its name does not start with the connector's");
    }

    @Test
    void refusesSchemasItCannotCheck() {
        ToolDefinition unusable =
                new ToolDefinition(Bank.PAY, "bank", "Pays", Bank.json("{\"$ref\": \"https://example.com/x\"}"), false);

        assertThat(problems(Bank.connector(unusable, Bank.balance()), 10))
                .singleElement()
                .asString()
                .startsWith("bank.pay: its schema refers to what is not in it");
    }

    @Test
    void refusesMoreToolsThanAnEntryNames() {
        assertThat(problems(Bank.connector(), 1))
                .containsExactly("it has 2 tools, and a connector has at most 1; register it in parts");
    }

    @Test
    void closesWhatItRefuses() {
        RecordingConnector connector = Bank.connector(Bank.pay());

        problems(connector, 10);

        assertThat(connector.isClosed()).isTrue();
    }

    private static List<String> problems(RecordingConnector connector, int maxTools) {
        return OpenConnector.check(Bank.settings(), connector, List.of(), maxTools)
                .fold(ready -> List.of(), Preparation.Refused::problems);
    }
}
