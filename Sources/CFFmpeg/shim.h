// The parts of libav that Swift cannot see: macros, and calls whose shape differs between FFmpeg 5 and 8.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libavutil/timecode.h>
#include <libswscale/swscale.h>
#include <string.h>

static const int averrorEOF = AVERROR_EOF;
static const int averrorAgain = AVERROR(EAGAIN);
static const int averrorInvalidData = AVERROR_INVALIDDATA;
static const int averrorExit = AVERROR_EXIT;
static const int averrorNoMemory = AVERROR(ENOMEM);
static const int64_t noTimestamp = AV_NOPTS_VALUE;
static const int lambdaPerQuantizer = FF_QP2LAMBDA;

// AVFrame.duration and AV_FRAME_FLAG_KEY came with FFmpeg 6.0 and 6.1; their forerunners left with 7 and 8.
static inline int64_t frameDuration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

static inline int frameIsKey(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame->key_frame != 0;
#endif
}

// Nine integers, or NULL. Side data of a stream moved into its codec parameters with FFmpeg 7.
static inline const int32_t *streamDisplayMatrix(const AVStream *stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}

static inline const int32_t *frameDisplayMatrix(const AVFrame *frame) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
}

// Rotation, mastering display and the like: part of the codec parameters from FFmpeg 7 on, which are copied apart.
static inline int streamCopySideData(AVStream *target, const AVStream *source) {
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
  for (int i = 0; i < source->nb_side_data; i++) {
    const AVPacketSideData *data = &source->side_data[i];
    uint8_t *copy = av_stream_new_side_data(target, data->type, data->size);
    if (!copy) return AVERROR(ENOMEM);
    memcpy(copy, data->data, data->size);
  }
#endif
  return 0;
}

// Four letters that the format knows the codec by, kept where they are right there too; 0 lets the muxer choose.
static inline uint32_t streamTag(const AVOutputFormat *format, const AVCodecParameters *source) {
  unsigned int ignored;
  if (!format->codec_tag || av_codec_get_id(format->codec_tag, source->codec_tag) == source->codec_id ||
      !av_codec_get_tag2(format->codec_tag, source->codec_id, &ignored))
    return source->codec_tag;
  return 0;
}

// The log callback is handed any object that starts with an AVClass; this tells whether it is a codec context,
// and if so returns what its owner stored in `opaque`. Frame threads carry copies of the context, `opaque` included.
static inline void *codecOpaque(void *object) {
  if (!object || *(const AVClass **)object != avcodec_get_class()) return NULL;
  return ((AVCodecContext *)object)->opaque;
}

// SwsContext is opaque up to FFmpeg 7 and a public struct from 8, which Swift imports as two different pointer types,
// and its flags turned from macros into an enum: so it travels as `void *`.
static inline void *scalerCreate(int srcWidth, int srcHeight, int srcFormat, int srcRange, int srcColorspace,
                                 int dstWidth, int dstHeight, int dstFormat, int dstRange) {
  struct SwsContext *scaler = sws_alloc_context();
  if (!scaler) return NULL;
  av_opt_set_int(scaler, "srcw", srcWidth, 0);
  av_opt_set_int(scaler, "srch", srcHeight, 0);
  av_opt_set_int(scaler, "src_format", srcFormat, 0);
  av_opt_set_int(scaler, "dstw", dstWidth, 0);
  av_opt_set_int(scaler, "dsth", dstHeight, 0);
  av_opt_set_int(scaler, "dst_format", dstFormat, 0);
  av_opt_set_int(scaler, "sws_flags", SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, 0);
  if (srcRange >= 0) av_opt_set_int(scaler, "src_range", srcRange, 0);
  if (dstRange >= 0) av_opt_set_int(scaler, "dst_range", dstRange, 0);
  // MPEG-2 chroma positions, as FFmpeg's scale filter assumes for this one format.
  if (srcFormat == AV_PIX_FMT_YUV420P) av_opt_set_int(scaler, "src_v_chr_pos", 128, 0);
  if (sws_init_context(scaler, NULL, NULL) < 0) {
    sws_freeContext(scaler);
    return NULL;
  }
  int *inverse, *table, srcFull, dstFull, brightness, contrast, saturation;
  if (sws_getColorspaceDetails(scaler, &inverse, &srcFull, &table, &dstFull, &brightness, &contrast, &saturation) >= 0)
    sws_setColorspaceDetails(scaler, sws_getCoefficients(srcColorspace), srcRange >= 0 ? srcRange : srcFull, table,
                             dstRange >= 0 ? dstRange : dstFull, brightness, contrast, saturation);
  return scaler;
}

static inline int scalerConvert(void *scaler, const AVFrame *source, AVFrame *target) {
  return sws_scale((struct SwsContext *)scaler, (const uint8_t *const *)source->data, source->linesize, 0, source->height,
                   target->data, target->linesize);
}

static inline void scalerFree(void *scaler) { sws_freeContext((struct SwsContext *)scaler); }
