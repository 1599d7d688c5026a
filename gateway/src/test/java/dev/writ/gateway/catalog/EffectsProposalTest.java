package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectsProposalTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            list_files    | path      | {"outbound":false,"readOnly":true,"risk":"low"}
            fetch_page    | url       | {"outbound":true,"readOnly":true,"risk":"medium"}
            delete_file   | path      | {"outbound":false,"readOnly":false,"reversible":false,"risk":"high"}
            send_mail     | to        | {"outbound":true,"readOnly":false,"reversible":false,"risk":"medium"}
            refund        | amount    | {"outbound":false,"readOnly":false,"reversible":false,"risk":"high"}
            run_command   | command   | {"outbound":true,"readOnly":false,"reversible":false,"risk":"critical"}
            frobnicate    | x         | {"outbound":false,"readOnly":false,"risk":"medium"}
            """)
    void proposes(String own, String argument, String effects) {
        EffectsProposal proposal = EffectsProposal.of(tool(own, argument, "{}"));

        assertThat(proposal.effects().toJson().toJson()).isEqualTo(effects);
        assertThat(proposal.reasons()).isNotEmpty();
    }

    @Test
    void believesAServerOnlyWhatMakesItWorse() {
        assertThat(EffectsProposal.of(tool("frobnicate", "x", "{\"readOnlyHint\": true}"))
                        .effects()
                        .readOnly())
                .contains(false);
        assertThat(EffectsProposal.of(tool("delete_all", "x", "{\"readOnlyHint\": true}"))
                        .reasons())
                .contains("the name says 'delete'")
                .anyMatch(reason -> reason.contains("not proposed"));
        assertThat(EffectsProposal.of(tool("list_files", "x", "{\"destructiveHint\": true}"))
                        .reasons())
                .contains("the server says that it destroys");
    }

    private static ToolDefinition tool(String own, String argument, String annotations) {
        JsonObject schema = Bank.json("{\"type\": \"object\", \"properties\": {\"" + argument + "\": {}}}");
        return new ToolDefinition(
                ToolName.parse("c." + own),
                "c",
                "",
                schema,
                false,
                ToolEffects.UNSAID,
                Optional.of(Bank.json("{\"annotations\": " + annotations + "}")));
    }
}
