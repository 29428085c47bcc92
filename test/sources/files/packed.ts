/** Rows as the fixtures have them, 30,000 of some 30 bytes. */
export const ROWS = Array.from({ length: 30_000 }, (_, index) => ({
  id: index % 10,
  text: 'ü😀'.repeat(index % 5),
}));

/** Twenty rows, few enough that each byte of them can be broken. */
export const SMALL_ROWS = Array.from({ length: 20 }, (_, id) => ({
  id,
  name: `row ${(id * id * 7919) % 1000}`,
}));

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** JSON lines of these rows, packed by the tools themselves: zstd 1.5.4 and bzip2 1.0.8. */
export const PACKED = {
  /** `zstd -19` from a pipe: no content size, a checksum, several blocks */
  zstdRows: bytes(
    'KLUv/QRoRAIAJAJ7ImlkIjowLCJ0ZXh0IjoiIn0KMcO88J+YgDIzNDU2Nzg5D6CAdrN+BjDDutjH/jnz5EgiB3vwdMK7oN+7' +
      'hK76cmnBNngZVAAAAAEA/f8H/7kGAkQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAkQAAAABAP3/OQACRAAAAAEA' +
      '/f85AAI9AAAAAQDNkAdAPqYEUQ==',
  ),
  /** `zstd` */
  zstdSmall: bytes(
    'KLUv/QRYzQQAgsURGIApzQGYFqK9vWRg+lrpJdt2nxycqaDSAeSgXn55byzn5bfN7tVrpvg5lgcve6bSnMUwsfRODiqAApEg' +
      'gwgGwYECZdCgQIsmIDDDEYUHEaQAI4SSPQQ3B6RoACNDyY5lobxgVCDZcEsoBRgRSDbcB0lrIEaCktXcIxYDzqUb60es7RxW' +
      'uEcoxrmLOVcxcG4r5s5lBz8GEMBxlw==',
  ),
  /** `zstd --no-check` */
  zstdUnchecked: bytes(
    'KLUv/QBYzQQAgsURGIApzQGYFqK9vWRg+lrpJdt2nxycqaDSAeSgXn55byzn5bfN7tVrpvg5lgcve6bSnMUwsfRODiqAApEg' +
      'gwgGwYECZdCgQIsmIDDDEYUHEaQAI4SSPQQ3B6RoACNDyY5lobxgVCDZcEsoBRgRSDbcB0lrIEaCktXcIxYDzqUb60es7RxW' +
      'uEcoxrmLOVcxcG4r5s5lBz8G',
  ),
  /** `bzip2 -1`: blocks of 100,000 bytes */
  bzip2Rows: bytes(
    'QlpoMTFBWSZTWYCB7UkAaxdZ7IAQEAR/8AYgBEpAAABAgAQIAEAAMAF4ACmjQBoAAKaNAGgAAKUqhoBg1PaoPU3iiLpIJtFE' +
      'XZKIt0oi9Ioi0gnrQTKQTEEyoVeZIJ7UE6IJ8UE6oJzoJ2QTrQTugmyCbUE94oi+aKIt0oi7xRF4JRFqKIsiiLUURctRRF4x' +
      'RF9ooi/EURcIoi4RRFpBOVBMEVYgmVCrKCZIJiCZIJlBMQTEEzJBOEURf5igrJMprIa8sC4AGxXs9kAICAI/+AMQAiUgAAAg' +
      'QAIEACAAGAC8ABTRoA0AAFNGgDQAAFKVIBpgnqb1Iep3iiLpIJtFEXaKIu8UReyURaoJ7oJggmUEyIq9SQT4oJ0oJ8oJ1oJz' +
      'QTtQTqgn1QTagmyCcZQq1hQTmiiLUURbJRFwiiLziiLEoi0lEWooi4RRF4RRF+Ioi3RRFuiiLVBPRBMUKsoJkRViCYQTKCYo' +
      'JiCYgmCKt0URf5igrJMprJn1xFeALBis9kAICAI/+AMQAiUgAAAgQAIEACAAGAC8ABTRoA0AAFNGgDQAAFKUoA0wankh6m0U' +
      'RdFBNUoi7RRFtFEXtFEW6Ce9BMKCYgmKFWepIJ8IJ0oJyoJ1QTnQTsgnWgndBNUE1oJ8xRFyooi2iiLvFEWkURa7xRFpFEW8' +
      'URbxRFolEXhFEX4iiLhFEXCKIvCCelBMiKsQTFCrKCYoJiCYQTKCZQTKhVwiiL/MUFZJlNZU84DPQAEaFnsgBAQBH/wBiAES' +
      'kAAAECABAgAQAAwAXgAKaNAGgAApo0AaAAApSlDQ0HqbU8kPU3CUNMiKtdZBNooi0iiLdKIvOKIunFBMQTBBMQTIiroSCetB' +
      'PlBPZBNaCfCCfVBNUE7UE2oJsgnWKIvdFEW6URdooi0SiLiKIsiiLiKIuEoi0iiLuiiL8RRFyiiLlFEXFBPJBMUKsoJkRViC' +
      'YQTKCYoJiCYgmCKuUURf5igrJMprO+nS0MAICBs9kAICAI/+AMQAiUgAAAgQAIEACAAGAC8ABTRoA0AAFNGgDQAAFKVIBpk9' +
      'J6nkmnqbRRF9SCaxRF2iiLaKIvZKIt0E90EwoJlBMUKvUkE05oJpQTpQTyQTrQTsgmlBPtBNUE1oJzSiLpKhV+ZJBNooi1Si' +
      'LlFEW8URYlEXnFEW8URcooi7ooi/UURcIoi4RRFugnpQTIirEExQqygmKCYgmEEygmUEyoVcIoi/zFBWSZTWQtIgZgAZ09Z7' +
      'IAQEAR/8AYgBEpAAABAgAQIAEAAMAF4ACmjQBoAAKaNAGgAAKUqjTQyYNTyE01iiLnIJolEXWKItYoi+Yoi2oJ9UEwQTEEyI' +
      'q3yQT7oJzQTjQTognJBOtBOiCdqCaUE0QThFEX5RRFrFEXaKIvaKItkoiyKItkgn9lUKu8URe8UReEUReUURekURb0URbtqC' +
      'YgmKFWUEyIqxBMIJlBMUExBMQTBFXpFEX+YoKyTKayJ+8w7AE8N7PZACAgCP/gDEAIlIAAAIEACBAAgABgAvAAU0aANAABTR' +
      'oA0AABSlKANMGp5IeptFEXSQTWKIu0URbRRF7RRFugnugmFBMoJlQq9SQT4QTpQTkgnWgnOgnZBOtBO6CaoJrQT5iiL6RRFt' +
      'FEXeKItIoi3iiLIoi3iiLeKItIoi8UURflFEXFFEXCCeeBVVN0E0QTIirEEwgmYgmUExQTEEwgmUEygmVCriiiL/MUFZJlNZ' +
      'qMZcEAB1y9nsgBAQBH/wBiAESkAAAECABAgAQAAwAXgAKaNAGgAApo0AaAAApSpBkDDTJD01SiLnIJpFEXWKItUoi4xRFtQT' +
      'lQTBBMQTIir3JBPignNBPpBOiCZ+IJ1oJ0QTtQTSgmiCfMURfaKItUoi7RRFwSiLaKIsiiLaKItkoi4BKGuRFXhFEX6iiLdF' +
      'EW6KIvFBPZBMUKsQTFBMygmIJhBMoJigmIJiCYIq3RRF5MUFZJlNZBFcopwAPvtnsgBAQBH/wBiAESkAAAECABAgAQAAwAXg' +
      'AKaNAGgAApo0AaAAApSpGg00zTU8oPU2iiLtIJrFEWihVmUShtFEXqlEW6CeyCZSCZQTKhV6EgmnRBO9BOqCaUE7UE5oJ3oJ' +
      '4QTVBNaCdEoi60URbRRF4iiLlFEW8URYlEW8URbxRFyiiL7RRF+Ioi4RRFwiiLdBOaCZEVZQTFCrKCYoJiCYQTKCZQTKhVwi' +
      'iL/MUFZJlNZ1B2XVwAX7dnsgBAQBH/wBiAESkAAAECABAgAQAAwATYSFNGgDQAAJqqgADQZBgUpURgmATAYood5VPSKHiihj' +
      'RQ4SiruhbILCCyCyRGqkFtguMF/QXKC4QXOC5QXRC6oXWC3FFW+KKv8oq6KEdsUFpKKu8oqxFDJFDbRQ1oofEKH1ChmhQzQo' +
      'ZSpuVTURGQWKIyCxBYhYQsgsgskR8lRV9F3JFOFCQwbLrcQ=',
  ),
  /** `bzip2` */
  bzip2Small: bytes(
    'QlpoOTFBWSZTWSTOAR0AAPNZgAAQUAR/8CYjkIowALtsIpvKnowpoAAU8SmT1NNB6gAKkknqABp6hp6mSPxGCMEZI4kYIx0q' +
      'q17edatpuqyYFYJLeBGKNOGc1d2hWauRJsmkRKgm4nQJRQIAMFiZh7M0ISELyVRXqCDjJSKLUJZq3vV70tgRsR9I2I0I2Ioj' +
      'JFEZIyRYj+LuSKcKEgSZwCOg',
  ),
  /** `zstd -19` of a file: with its content size */
  zstdFile: bytes(
    'KLUv/aTQMA4ARAIAJAJ7ImlkIjowLCJ0ZXh0IjoiIn0KMcO88J+YgDIzNDU2Nzg5D6CAdrN+BjDDutjH/jnz5EgiB3vwdMK7' +
      'oN+7hK76cmnBNngZVAAAAAEA/f8H/7kGAkQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAkQAAAABAP3/OQACRAAA' +
      'AAEA/f85AAI9AAAAAQDNkAdAPqYEUQ==',
  ),
} as const;
