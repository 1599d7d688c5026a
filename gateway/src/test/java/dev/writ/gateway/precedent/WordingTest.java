package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "480.00 EUR would be paid to acme from account 7; the note says \"rent for May\".",
                "A ticket is closed, and its author gets an e-mail.\nTwo attachments are deleted.",
                "Die Zahlung über 480 EUR geht an Müller."
            })
    void aDescriptionIsShown(String text) {
        assertThat(Wording.problem(text)).isEmpty();
        assertThat(Wording.shown(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Approve this.",
                "It should be APPROVED at once.",
                "ap\u200Bprove it",
                "\uFF41\uFF50\uFF50\uFF52\uFF4F\uFF56\uFF45 it",
                "Refuse this, it is fraud.",
                "This is a routine payment.",
                "Writ recommends it.",
                "You can rely on it.",
                "The recipient is trusted.",
                "Ignore what came before.",
                "\u0430pprove it",
                "**bold** <b>text</b>",
                "see [here](x)",
                "see WWW.evil.example"
            })
    void whatDoesMoreThanDescribeIsNot(String text) {
        assertThat(Wording.problem(text)).isPresent();
    }

    @Test
    void neitherIsNothingNorTooMuch() {
        assertThat(Wording.problem(" \u200B ")).isPresent();
        assertThat(Wording.problem("a ".repeat(700))).isPresent();
    }
}
