package dev.writ.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void wrapsCellsBetweenWordsAndLongWordsAnywhere() {
        Table table = new Table(new Table.Column("call", 8), new Table.Column("log", 3));
        table.row("one two three", "12");
        table.row("abcdefghijk", "1234");

        assertThat(table.toString().lines())
                .containsExactly(
                        "call      log", "--------  ---", "one two   12", "three", "abcdefgh  123", "ijk       4");
    }

    @Test
    void keepsTheRowOfEmptyCells() {
        Table table = new Table(new Table.Column("call", 4));
        table.row("");

        assertThat(table.toString().lines()).containsExactly("call", "----", "");
    }
}
