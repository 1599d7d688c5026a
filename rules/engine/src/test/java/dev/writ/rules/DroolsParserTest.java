package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.drools.drl.parser.DrlParser;
import org.drools.drl.parser.DroolsParserException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kie.internal.builder.conf.LanguageLevelOption;

/** Our language is a part of DRL: Drools' own parser reads what ours accepts, so editors and tools for DRL do, too. */
class DroolsParserTest {

    @ParameterizedTest
    @EnumSource(names = {"DRL6", "DRL10"})
    void readsEveryRuleThatOursAccepts(LanguageLevelOption level) {
        assertThat(IntStream.range(0, 100)).allSatisfy(seed -> {
            List<RuleSyntax> rules = new RandomRules(seed).rules(3);

            PackageDescr read = parse(RulePrinter.print(rules), level);

            assertThat(read.getRules())
                    .extracting(RuleDescr::getName)
                    .isEqualTo(rules.stream().map(RuleSyntax::name).toList());
            for (int i = 0; i < rules.size(); i++) {
                assertThat(read.getRules().get(i).getLhs().getDescrs())
                        .hasSameSizeAs(rules.get(i).patterns());
            }
        });
    }

    private static PackageDescr parse(String drl, LanguageLevelOption level) throws DroolsParserException {
        DrlParser parser = new DrlParser(level);
        PackageDescr read = parser.parse(false, drl);
        assertThat(parser.getErrors()).as(drl).isEmpty();
        return read;
    }
}
