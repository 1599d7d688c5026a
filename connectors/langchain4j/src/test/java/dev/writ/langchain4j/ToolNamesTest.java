package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolNamesTest {

    private static WritTool tool(String name) throws Exception {
        return new WritTool(name, Optional.empty(), Json.parse("{}"), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"billing.refund, billing__refund", "billing.list_payments, billing__list_payments", "a-b.c-d, a-b__c-d"
    })
    void keepsAPlainNameReadable(String tool, String name) {
        assertThat(ToolNames.forModels(tool)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files.mcp.prompt.summary",
                "a.b__c",
                "a_.b",
                "a._b",
                "averyveryveryverylongconnectorname.averyveryveryveryveryveryverylongtoolname",
                "x.ümlaut"
            })
    void givesAnyOtherNameADigest(String tool) {
        assertThat(ToolNames.forModels(tool)).matches("[A-Za-z0-9_-]{1,64}").matches(".*_[0-9a-f]{12}");
    }

    @Test
    void tellsApartWhatLooksAlike() {
        List<String> alike = List.of("a.b.c", "a.b_c", "a.b__c", "a_b.c", "a__b.c", "a_.b", "a._b", "a.b-c", "a__b_c");

        assertThat(alike.stream().map(ToolNames::forModels)).doesNotHaveDuplicates();
    }

    @Test
    void leavesOutBothOfTwoThatShareANameAllTheSame() throws Exception {
        String forged = ToolNames.forModels("a.b.c").replaceFirst("__", ".");

        assertThat(WritToolProvider.byName(Stream.of(tool("a.b.c"), tool(forged), tool("a.fine"))
                                .toList())
                        .keySet())
                .containsExactly("a__fine");
    }

    @Test
    void leavesOutAToolThatPosesAsTheOneForStates() throws Exception {
        assertThat(WritToolProvider.byName(List.of(tool("writ_call_status"), tool("writ_call_answer"))))
                .isEmpty();
    }
}
