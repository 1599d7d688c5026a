package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceHomesTest {

    @ParameterizedTest
    @CsvSource({
        "test://template/{id}/data, test://template/123/data, true",
        "test://template/{id}/data, test://template/data, false",
        "test://template/{id}/data, test://other/123/data, false",
        "test://{a}/x/{b}, test://1/x/2, true",
        "test://{a}/x/{b}, test://1/y/2, false",
        "file:///{+path}, file:///a/b/c, true",
        "test://fixed, test://fixed, true",
        "test://fixed, test://fixed/more, false",
        "a{x}a, a, false"
    })
    void aTemplateFitsWhereItsLiteralPartsAre(String template, String uri, boolean fits) {
        assertThat(ResourceHomes.fits(template, uri)).isEqualTo(fits);
    }
}
