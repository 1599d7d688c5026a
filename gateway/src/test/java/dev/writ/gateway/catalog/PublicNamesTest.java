package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.writ.gateway.catalog.PublicNames.Named;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublicNamesTest {

    private static final Named READ = named("files.read_file", "files", "read_file");

    @Test
    void putsThePrefixBeforeTheOwnName() {
        PublicNames names = PublicNames.of(List.of(READ, named("shop.list_orders", "shop", "listOrders")));

        assertThat(names.of(READ.name())).contains("files__read_file");
        assertThat(names.find("shop__listOrders")).contains(ToolName.parse("shop.list_orders"));
        assertThat(names.all()).hasSize(2);
    }

    @Test
    void keepsTheOwnNameWhereThePrefixIsEmpty() {
        assertThat(PublicNames.of(List.of(named("files.read_file", "", "read_file")))
                        .find("read_file"))
                .contains(READ.name());
    }

    @Test
    void writesAnythingElseAsUnderscore() {
        assertThat(PublicNames.of(List.of(named("shop.orders.list", "shop", "orders.list")))
                        .of(ToolName.parse("shop.orders.list")))
                .contains("shop__orders_list");
    }

    @Test
    void givesOneNameToOneThingOnly() {
        Named inner = named("a.b__c", "a", "b__c");
        Named outer = named("a__b.c", "a__b", "c");

        PublicNames names = PublicNames.of(List.of(inner, outer));

        assertThat(names.find("a__b__c")).isEmpty();
        assertThat(names.of(inner.name()).orElseThrow())
                .startsWith("a__b__c-")
                .isNotEqualTo(names.of(outer.name()).orElseThrow());
    }

    @Test
    void leavesAMarkedNameToWhatItMarks() {
        Named inner = named("a.b__c", "a", "b__c");
        Named outer = named("a__b.c", "a__b", "c");
        String taken = PublicNames.of(List.of(inner, outer)).of(inner.name()).orElseThrow();
        Named imposter = named("x.imposter", "", taken);

        PublicNames names = PublicNames.of(List.of(inner, outer, imposter));

        assertThat(names.find(taken)).contains(inner.name());
        assertThat(names.of(imposter.name())).isPresent();
        assertThat(names.all().values()).doesNotHaveDuplicates();
    }

    @Test
    void shortensWhatIsTooLongAndKeepsItApart() {
        String own = "a".repeat(100);
        Named first = named("files." + own + "1", "files", own + "1");
        Named second = named("files." + own + "2", "files", own + "2");

        PublicNames names = PublicNames.of(List.of(first, second));

        assertThat(names.all().values()).hasSize(2).allMatch(name -> name.length() == PublicNames.LONGEST);
        assertThat(names.of(first.name())).isNotEqualTo(names.of(second.name()));
    }

    @Test
    void keepsTheNamesOfTheGatewaysOwnToolsFree() {
        Named fake = named("evil.writ_call_status", "", "writ_call_status");

        PublicNames names = PublicNames.of(List.of(fake));

        assertThat(names.find("writ_call_status")).isEmpty();
        assertThat(names.of(fake.name()).orElseThrow()).startsWith("writ_call_status-");
    }

    @Test
    void callsTwoNamesThatLookAlikeByDifferentNames() {
        // Cyrillic 'а' and Latin 'a' both would be written otherwise than they look.
        Named cyrillic = named("files.re-d", "files", "re\u0430d");
        Named plain = named("files.re_d", "files", "re_d");

        PublicNames names = PublicNames.of(List.of(cyrillic, plain));

        assertThat(names.find("files__re_d")).isEmpty();
        assertThat(names.all().values()).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,48}"));
    }

    @Test
    void followsFromTheThingsAndNotFromTheirOrder() {
        List<Named> things = new ArrayList<>();
        for (int number = 0; number < 60; number++) {
            things.add(named("c" + number % 7 + ".t" + number, "c" + number % 3, "tool" + number % 5));
        }
        PublicNames names = PublicNames.of(things);
        Collections.shuffle(things, new Random(7));

        assertThat(PublicNames.of(things).all()).isEqualTo(names.all());
        assertThat(names.all().values()).doesNotHaveDuplicates().hasSize(60);
    }

    @Test
    void refusesAPrefixThatCannotStandInAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublicNames.requirePrefix("my files"))
                .withMessageContaining("a prefix is letters");
    }

    private static Named named(String name, String prefix, String own) {
        return new Named(ToolName.parse(name), prefix, own);
    }
}
