package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {

    @Test
    void mayHaveAPathAndLosesTheSlashBehindIt() {
        assertThat(BaseUrl.parse("https://writ.example.com/guard/", false))
                .hasToString("https://writ.example.com/guard");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "writ.example.com",
                "ftp://writ.example.com",
                "https://me:hidden@writ.example.com",
                "https://h?q"
            })
    void saysWhatItShouldBeAndRepeatsNothing(String text) {
        assertThatThrownBy(() -> BaseUrl.parse(text, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as https://writ.example.com")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void doesNotSendTheKeyUnencryptedToAnotherMachine() {
        assertThatThrownBy(() -> BaseUrl.parse("http://writ.internal:8080", false))
                .hasMessageContaining("use https, or allowPlainHttp()");
        assertThat(BaseUrl.parse("http://writ.internal:8080", true)).hasToString("http://writ.internal:8080");
        assertThat(BaseUrl.parse("http://127.0.0.1:8080", false)).hasToString("http://127.0.0.1:8080");
    }
}
